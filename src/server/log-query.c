/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What history and log-read have in common: the question, and its answer. */

#include "log-query.h"

#include "page.h"
#include "protocol/limits.h"
#include "protocol/name.h"

/* Characters of what is searched for. */
#define FIND_MAX 1000

static gboolean
read_position (HwLogQuery *query, HwRequest *request, GError **error)
{
  static const struct
  {
    const char *field;
    HwPageFrom from;
  } ways[] = { { "before", HW_PAGE_BEFORE }, { "after", HW_PAGE_AFTER }, { "at", HW_PAGE_AT } };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (!hw_request_has (request, ways[i].field))
        continue;
      if (query->from != HW_PAGE_NEWEST)
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, ways[i].field,
                        "Only one of “before”, “after” and “at” can be given.");
          return FALSE;
        }
      query->from = ways[i].from;
      query->position = hw_request_get_int (request, ways[i].field, 0);
    }
  return TRUE;
}

static gboolean
read_kinds (HwLogQuery *query, HwRequest *request, GError **error)
{
  const HwJsonValue *kinds = hw_request_get_value (request, "kinds");

  if (!kinds)
    return TRUE;
  for (const HwJsonValue *name = hw_json_value_first (kinds); name;
       name = hw_json_value_next (kinds, name))
    {
      HwEntryKind kind = hw_entry_kind_from_string (name->string);

      if (kind == HW_ENTRY_UNKNOWN)
        {
          hw_error_set (error, HW_ERROR_BAD_REQUEST, "kinds", "There is no such kind of entries.");
          return FALSE;
        }
      query->kinds |= 1u << kind;
    }
  return TRUE;
}

/**
 * hw_log_query_read:
 * @query: (out): the query; its strings live as long as @request and @author
 * @request: "history" or "log-read"
 * @log: id of the log
 * @author: (out) (transfer full) (nullable): a name that @query refers to
 * @error: where to put %HW_ERROR_BAD_REQUEST or %HW_ERROR_NAME_INVALID
 *
 * Returns: whether the request's fields make sense together
 */
gboolean
hw_log_query_read (HwLogQuery *query, HwRequest *request, gint64 log, char **author, GError **error)
{
  *query = (HwLogQuery){ .log = log, .from = HW_PAGE_NEWEST };
  query->limit = hw_request_get_int (request, "limit", HW_PAGE_DEFAULT);
  *author = NULL;
  if (hw_request_has (request, "from"))
    {
      *author = hw_name_normalize_user (hw_request_get_string (request, "from"), "from", error);
      if (!*author)
        return FALSE;
      query->author = *author;
    }
  query->find = hw_request_get_string (request, "find");
  if (query->find && g_utf8_strlen (query->find, -1) > FIND_MAX)
    {
      hw_error_set (error, HW_ERROR_BAD_REQUEST, "find", "That is too much to search for.");
      return FALSE;
    }
  return read_position (query, request, error) && read_kinds (query, request, error);
}

/**
 * hw_log_query_answer:
 * @request: what asked
 * @page: the page
 * @newest: whether, when not all fit into a line, the newest are to be kept rather than the oldest
 * @reader: (nullable): the folded name of who asked, who sees its own keys
 * @with_total: whether to say how many entries match, if that could be counted
 *
 * Answers with a page of a log.
 */
void
hw_log_query_answer (
    HwRequest *request, HwLogPage *page, gboolean newest, const char *reader, gboolean with_total)
{
  HwJsonWriter *writer = hw_request_begin (request);
  gboolean cut = hw_page_write (writer, (HwLogEntry *const *) page->entries->pdata,
                                page->entries->len, newest, reader);

  hw_json_bool (writer, "more", page->more || cut);
  hw_json_int (writer, "last", page->last);
  if (with_total && page->has_total)
    hw_json_int (writer, "total", page->total);
  hw_request_end (request);
}
