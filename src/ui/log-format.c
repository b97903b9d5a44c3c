/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The four forms in which a log leaves the program. A million entries are written at once, so what
 * is done for each is little: times by localtime_r(), escapes into one string. */

#include "hallway-config.h"

#include "log-format.h"

#include "entry-text.h"

#include "protocol/json-writer.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct _HwLogFormat
{
  HwLogFormatKind kind;
  char *room;
  char *place;
  char *note; /* nullable: what is left out */
  guint64 last_seq;
  int day; /* of the entry before: year and day of it; -1: none */
  gboolean in_day;
};

/* The look of the timeline, in the colours of data/style. */
static const char style[]
    = ":root{color-scheme:light dark;--bg:#fff;--fg:#1d2726;--dim:#566361;--faint:#636f6d;"
      "--line:#e2e7e6;--accent:#0b6e66;--error:#b3202c}"
      "@media(prefers-color-scheme:dark){:root{--bg:#1c2221;--fg:#e9eeed;--dim:#aab7b5;"
      "--faint:#93a09e;--line:#39413f;--accent:#6fd3c6;--error:#ff8d89}}"
      "@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--faint:#555;--line:#ccc}}"
      "body{margin:0 auto;max-width:56em;padding:1.5em;background:var(--bg);color:var(--fg);"
      "font:16px/1.45 Cantarell,'Noto Sans',system-ui,sans-serif}"
      "h1{font-size:1.3em;margin:0}p{color:var(--dim);margin:.2em 0 1em}"
      "h2{font-size:.85em;color:var(--dim);margin:1.4em 0 .5em;display:flex;gap:.9em;"
      "align-items:center}h2:before,h2:after{content:'';height:1px;background:var(--line);"
      "flex:0 0 2.4em}h2:after{flex:1}"
      "ol{list-style:none;margin:0;padding:0}"
      "li{display:grid;grid-template-columns:4.2em 1.6em 7em 1fr;break-inside:avoid;"
      "padding:.16em 0;position:relative}"
      "time{color:var(--faint);font-size:.82em;font-variant-numeric:tabular-nums;text-align:end;"
      "padding-top:.22em}"
      "i{position:relative}i:before{content:'';position:absolute;inset-inline-start:.72em;"
      "top:-.2em;bottom:-.2em;width:2px;background:var(--line)}"
      "i:after{content:'';position:absolute;inset-inline-start:.53em;top:.48em;width:.44em;"
      "height:.44em;border-radius:50%;background:var(--faint);box-shadow:0 0 0 3px var(--bg)}"
      "b{overflow-wrap:anywhere;padding-inline-end:.6em}"
      "span{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;"
      "text-align:start}"
      ".e span{grid-column:3/5;color:var(--dim)}.e i:after{background:var(--bg);"
      "border:1.5px solid var(--faint);width:.3em;height:.3em}"
      ".r i:after{background:var(--accent)}.k i:after{background:var(--error)}"
      ".k span{color:var(--error)}.o span{grid-column:3/5;color:var(--faint);font-size:.82em}"
      ".o i:after{display:none}.o i:before{background:none;border-inline-start:2px dotted "
      "var(--faint)}"
      "@media(max-width:34em){li{grid-template-columns:3.4em 1.6em 1fr}b{grid-column:3}"
      "b+span{grid-column:3}}";

/**
 * hw_log_format_get_suffix:
 * @kind: a form
 *
 * Returns: what files of it are called by, without the dot
 */
const char *
hw_log_format_get_suffix (HwLogFormatKind kind)
{
  static const char *const suffixes[] = { "html", "txt", "csv", "jsonl" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (suffixes), "");
  return suffixes[kind];
}

/**
 * hw_log_format_new:
 * @kind: the form
 * @room: the room whose log it is
 * @place: the place where that is
 * @note: (nullable): what of it is left out
 *
 * Returns: (transfer full): a writer
 */
HwLogFormat *
hw_log_format_new (HwLogFormatKind kind, const char *room, const char *place, const char *note)
{
  HwLogFormat *self = g_new0 (HwLogFormat, 1);

  self->kind = kind;
  self->room = g_strdup (room);
  self->place = g_strdup (place);
  self->note = g_strdup (note);
  self->day = -1;
  return self;
}

/**
 * hw_log_format_free:
 * @self: (nullable) (transfer full): a writer
 */
void
hw_log_format_free (HwLogFormat *self)
{
  if (self == NULL)
    return;
  g_free (self->room);
  g_free (self->place);
  g_free (self->note);
  g_free (self);
}

static void
append_html (GString *out, const char *text)
{
  const char *from = text;

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *escape = *p == '&'    ? "&amp;"
                           : *p == '<'  ? "&lt;"
                           : *p == '>'  ? "&gt;"
                           : *p == '"'  ? "&quot;"
                           : *p == '\'' ? "&#39;"
                                        : NULL;

      if (escape == NULL)
        continue;
      g_string_append_len (out, from, p - from);
      g_string_append (out, escape);
      from = p + 1;
    }
  g_string_append (out, from);
}

/* A cell. What a spreadsheet would take for a formula begins with an apostrophe: it is shown, and
 * nothing is computed; what begins with white space may be trimmed to one. */
static void
append_cell (GString *out, const char *text, gboolean last)
{
  const char *first = text + strspn (text, " \n\v\f");

  g_string_append_c (out, '"');
  if (*first != '\0' && strchr ("=+-@\t\r", *first) != NULL)
    g_string_append_c (out, '\'');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append (out, last ? "\"\r\n" : "\",");
}

static void
append_iso (GString *out, gint64 at, const struct tm *local)
{
  long offset = local->tm_gmtoff / 60;

  g_string_append_printf (out, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02ld:%02ld",
                          local->tm_year + 1900, local->tm_mon + 1, local->tm_mday, local->tm_hour,
                          local->tm_min, local->tm_sec, (int) (at % 1000), offset < 0 ? '-' : '+',
                          labs (offset) / 60, labs (offset) % 60);
}

static void
write_json (HwEntry *entry, const struct tm *local, GString *out)
{
  g_autoptr (GString) time = g_string_sized_new (32);
  HwEntryKind kind = hw_entry_get_kind (entry);
  const char *name = hw_entry_kind_to_string (kind);
  HwJsonWriter writer;

  append_iso (time, hw_entry_get_at (entry), local);
  hw_json_writer_init (&writer, out);
  hw_json_begin_object (&writer, NULL);
  hw_json_int (&writer, "seq", (gint64) hw_entry_get_seq (entry));
  hw_json_int (&writer, "at", hw_entry_get_at (entry));
  hw_json_string (&writer, "time", time->str);
  hw_json_string (&writer, "kind", name != NULL ? name : "unknown");
  if (*hw_entry_get_from (entry) != '\0')
    hw_json_string (&writer, "from", hw_entry_get_from (entry));
  if (kind == HW_ENTRY_RENAMED)
    hw_json_string (&writer, "to", hw_entry_get_to (entry));
  if (kind == HW_ENTRY_KICKED)
    hw_json_string (&writer, "by", hw_entry_get_by (entry));
  if (kind == HW_ENTRY_LEFT && hw_left_reason_to_string (hw_entry_get_reason (entry)) != NULL)
    hw_json_string (&writer, "reason", hw_left_reason_to_string (hw_entry_get_reason (entry)));
  if (kind == HW_ENTRY_MESSAGE || *hw_entry_get_text (entry) != '\0')
    hw_json_string (&writer, "text", hw_entry_get_text (entry));
  hw_json_end_object (&writer);
  g_string_append_c (out, '\n');
}

static void
write_csv (HwEntry *entry, const struct tm *local, GString *out)
{
  HwEntryKind kind = hw_entry_get_kind (entry);
  const char *name = hw_entry_kind_to_string (kind);
  const char *reason
      = kind == HW_ENTRY_LEFT ? hw_left_reason_to_string (hw_entry_get_reason (entry)) : NULL;

  g_string_append_printf (out, "%" G_GUINT64_FORMAT ",", hw_entry_get_seq (entry));
  append_iso (out, hw_entry_get_at (entry), local);
  g_string_append_c (out, ',');
  append_cell (out, name != NULL ? name : "unknown", FALSE);
  append_cell (out, hw_entry_get_from (entry), FALSE);
  append_cell (out, hw_entry_get_text (entry), FALSE);
  append_cell (out, hw_entry_get_to (entry), FALSE);
  append_cell (out, hw_entry_get_by (entry), FALSE);
  append_cell (out, reason != NULL ? reason : "", TRUE);
}

static void
write_text (HwEntry *entry, const struct tm *local, GString *out)
{
  g_autofree char *sentence = NULL;
  const char *from = hw_entry_get_from (entry);

  g_string_append_printf (out, "%04d-%02d-%02d %02d:%02d:%02d  ", local->tm_year + 1900,
                          local->tm_mon + 1, local->tm_mday, local->tm_hour, local->tm_min,
                          local->tm_sec);
  if (hw_entry_get_kind (entry) != HW_ENTRY_MESSAGE)
    {
      sentence = hw_entry_text_sentence (entry, FALSE);
      g_string_append (out, sentence);
    }
  else
    {
      g_string_append_printf (out, "%s: ", from);
      /* Lines of one entry are told from the next entry by the room before them. */
      for (const char *p = hw_entry_get_text (entry); *p != '\0'; p++)
        if (*p == '\n')
          g_string_append (out, "\n                     ");
        else
          g_string_append_c (out, *p);
    }
  g_string_append_c (out, '\n');
}

static void
begin_day (HwLogFormat *self, HwEntry *entry, const struct tm *local, GString *out)
{
  int day = local->tm_year * 400 + local->tm_yday;
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *words = NULL;

  if (day == self->day)
    return;
  self->day = day;
  moment = g_date_time_new_from_unix_local (hw_entry_get_at (entry) / 1000);
  /* Translators: a day over the entries of an exported log */
  words = moment != NULL ? g_date_time_format (moment, _ ("%A, %-d %B %Y")) : g_strdup ("");
  g_string_append (out, self->in_day ? "</ol>\n<h2>" : "<h2>");
  append_html (out, words);
  g_string_append (out, "</h2>\n<ol>\n");
  self->in_day = TRUE;
}

static void
write_html (HwLogFormat *self, HwEntry *entry, const struct tm *local, GString *out)
{
  HwEntryKind kind = hw_entry_get_kind (entry);
  const char *class = "";

  if (self->last_seq > 0 && hw_entry_get_seq (entry) > self->last_seq + 1 && self->in_day)
    {
      g_autofree char *others
          = hw_entry_text_others (hw_entry_get_seq (entry) - self->last_seq - 1);

      g_string_append (out, "<li class=o><time></time><i></i><span>");
      append_html (out, others);
      g_string_append (out, "</span></li>\n");
    }
  begin_day (self, entry, local, out);
  if (kind == HW_ENTRY_KICKED || kind == HW_ENTRY_CLOSED)
    class = " class=\"e k\"";
  else if (kind == HW_ENTRY_JOINED || kind == HW_ENTRY_LEFT)
    class = " class=e";
  else if (kind != HW_ENTRY_MESSAGE)
    class = " class=\"e r\"";
  g_string_append_printf (out, "<li%s><time datetime=\"", class);
  append_iso (out, hw_entry_get_at (entry), local);
  g_string_append_printf (out, "\">%02d:%02d</time><i></i>", local->tm_hour, local->tm_min);
  if (kind == HW_ENTRY_MESSAGE)
    {
      g_string_append (out, "<b dir=auto>");
      append_html (out, hw_entry_get_from (entry));
      g_string_append (out, "</b><span>");
      append_html (out, hw_entry_get_text (entry));
    }
  else
    {
      g_autofree char *sentence = hw_entry_text_sentence (entry, TRUE);

      g_string_append (out, "<span>");
      append_html (out, sentence);
    }
  g_string_append (out, "</span></li>\n");
}

/**
 * hw_log_format_begin:
 * @self: a writer
 * @out: what comes before the first entry is added here
 */
void
hw_log_format_begin (HwLogFormat *self, GString *out)
{
  switch (self->kind)
    {
    case HW_LOG_FORMAT_HTML:
      g_string_append_printf (
          out,
          "<!DOCTYPE html>\n<html lang=\"%s\"%s>\n<head>\n<meta charset=utf-8>\n"
          "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
          "'unsafe-inline'\">\n<meta name=viewport content=\"width=device-width\">\n"
          "<meta name=referrer content=no-referrer>\n<title>",
          /* Translators: the language of this catalogue as HTML has it: en, de, he */
          C_ ("language code", "en"),
          /* Translators: the direction of this catalogue as HTML has it: ltr or rtl */
          strcmp (C_ ("text direction", "ltr"), "rtl") == 0 ? " dir=rtl" : "");
      append_html (out, self->room);
      g_string_append_printf (out, "</title>\n<style>%s</style>\n</head>\n<body>\n<h1 dir=auto>",
                              style);
      append_html (out, self->room);
      g_string_append (out, "</h1>\n<p>");
      append_html (out, self->place);
      if (self->note != NULL)
        {
          g_string_append (out, " · ");
          append_html (out, self->note);
        }
      g_string_append (out, "</p>\n");
      break;
    case HW_LOG_FORMAT_CSV:
      /* The mark says to spreadsheets that it is UTF-8. */
      g_string_append (out, "\357\273\277seq,time,kind,from,text,to,by,reason\r\n");
      break;
    case HW_LOG_FORMAT_TEXT:
      g_string_append_printf (out, "%s · %s\n", self->room, self->place);
      if (self->note != NULL)
        g_string_append_printf (out, "%s\n", self->note);
      g_string_append_c (out, '\n');
      break;
    case HW_LOG_FORMAT_JSON:
    case HW_LOG_FORMAT_N_KINDS:
    default:
      break;
    }
}

/**
 * hw_log_format_entry:
 * @self: a writer
 * @entry: the next entry
 * @out: it is added here
 */
void
hw_log_format_entry (HwLogFormat *self, HwEntry *entry, GString *out)
{
  time_t second = (time_t) (hw_entry_get_at (entry) / 1000);
  struct tm local = { 0 };

  localtime_r (&second, &local);
  switch (self->kind)
    {
    case HW_LOG_FORMAT_HTML:
      write_html (self, entry, &local, out);
      break;
    case HW_LOG_FORMAT_CSV:
      write_csv (entry, &local, out);
      break;
    case HW_LOG_FORMAT_JSON:
      write_json (entry, &local, out);
      break;
    case HW_LOG_FORMAT_TEXT:
    case HW_LOG_FORMAT_N_KINDS:
    default:
      write_text (entry, &local, out);
      break;
    }
  self->last_seq = hw_entry_get_seq (entry);
}

/**
 * hw_log_format_end:
 * @self: a writer
 * @out: what comes behind the last entry is added here
 */
void
hw_log_format_end (HwLogFormat *self, GString *out)
{
  if (self->kind == HW_LOG_FORMAT_HTML)
    g_string_append_printf (out, "%s</body>\n</html>\n", self->in_day ? "</ol>\n" : "");
}
