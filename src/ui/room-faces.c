/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is in the rooms of a place: the three that were active last. The list of rooms tells only how
 * many there are, so this asks, one room after the other and slowly, and only just after the person
 * has done something: asking counts as activity, and must not pretend that somebody is there. */

#include "hallway-config.h"

#include "room-faces.h"

/* Milliseconds between two questions; the server grants ten a second, and the person needs most. */
#define ASK_INTERVAL 300

/* Microseconds after something that the person did in which asking adds nothing to how long they
 * seem to be here. */
#define PRESENT_SPAN (5 * G_USEC_PER_SEC)

/* Rooms with more people are not asked about: they name everybody, for three faces. */
#define PEOPLE_MAX 50

struct _HwRoomFaces
{
  GObject parent_instance;

  HwPlace *place;
  GHashTable *faces; /* HwRoom → GStrv; a reference each */
  GQueue wanted;     /* HwRoom, a reference each, each once */
  GCancellable *ending;
  guint source;
  gboolean asking;
  gboolean awake;
  gint64 present_at; /* monotonic microseconds */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwRoomFaces, hw_room_faces, G_TYPE_OBJECT)

typedef struct
{
  HwRoomFaces *faces;
  HwRoom *room;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->faces);
  g_object_unref (question->room);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static int
compare_activity (gconstpointer a, gconstpointer b)
{
  gint64 one = hw_member_get_active_at (*(HwMember *const *) a);
  gint64 two = hw_member_get_active_at (*(HwMember *const *) b);

  return one > two ? -1 : one < two;
}

static GPtrArray *
read_members (JsonObject *reply)
{
  GPtrArray *members = g_ptr_array_new_with_free_func (g_object_unref);
  JsonNode *node = json_object_get_member (reply, "members");
  JsonArray *rows
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);
      HwMember *member = JSON_NODE_HOLDS_OBJECT (row)
                             ? hw_member_new_from_json (json_node_get_object (row), NULL)
                             : NULL;

      if (member != NULL)
        g_ptr_array_add (members, member);
    }
  return members;
}

static GPtrArray *
copy_members (GListModel *model)
{
  GPtrArray *members = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (members, g_list_model_get_item (model, i));
  return members;
}

static void
set_faces (HwRoomFaces *self, HwRoom *room, GPtrArray *members)
{
  const char *const *before = g_hash_table_lookup (self->faces, room);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  g_ptr_array_sort (members, compare_activity);
  for (guint i = 0; i < MIN (members->len, HW_ROOM_FACES_MAX); i++)
    g_strv_builder_add (builder, hw_member_get_name (members->pdata[i]));
  names = g_strv_builder_end (builder);

  if (before != NULL && g_strv_equal (before, (const char *const *) names))
    return;
  g_hash_table_replace (self->faces, g_object_ref (room), g_steal_pointer (&names));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, room);
}

static void ask_soon (HwRoomFaces *self);

static void
on_members (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (JsonObject) reply = hw_place_request_finish (HW_PLACE (object), result, NULL);
  HwRoomFaces *self = question->faces;

  self->asking = FALSE;
  if (g_cancellable_is_cancelled (self->ending))
    return;
  if (reply != NULL)
    {
      g_autoptr (GPtrArray) members = read_members (reply);

      set_faces (self, question->room, members);
    }
  ask_soon (self);
}

static void
ask (HwRoomFaces *self, HwRoom *room)
{
  g_autoptr (JsonObject) fields = json_object_new ();
  Question *question = g_new0 (Question, 1);

  question->faces = g_object_ref (self);
  question->room = g_object_ref (room);
  self->asking = TRUE;
  json_object_set_string_member (fields, "room", hw_room_get_name (room));
  hw_place_request_async (self->place, "members", fields, self->ending, on_members, question);
}

static gboolean
on_ask (gpointer data)
{
  HwRoomFaces *self = data;
  g_autoptr (HwRoom) room = NULL;

  self->source = 0;
  if (!self->awake || hw_place_get_state (self->place) != HW_PLACE_ONLINE)
    return G_SOURCE_REMOVE; /* the next change goes on */

  room = g_queue_pop_head (&self->wanted);
  if (room == NULL)
    return G_SOURCE_REMOVE;

  if (hw_room_get_state (room) == HW_ROOM_INSIDE)
    {
      g_autoptr (GPtrArray) members = copy_members (hw_room_get_members (room));

      set_faces (self, room, members);
    }
  else if (hw_room_get_n_members (room) == 0 || hw_room_get_locked (room)
           || hw_room_get_n_members (room) > PEOPLE_MAX)
    {
      g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

      set_faces (self, room, nobody);
    }
  else if (g_get_monotonic_time () - self->present_at > PRESENT_SPAN)
    {
      g_queue_push_head (&self->wanted, g_steal_pointer (&room));
      return G_SOURCE_REMOVE; /* hw_room_faces_set_present() goes on */
    }
  else
    {
      ask (self, room);
    }
  ask_soon (self);
  return G_SOURCE_REMOVE;
}

static void
ask_soon (HwRoomFaces *self)
{
  if (self->source == 0 && !self->asking && self->wanted.length > 0)
    self->source = g_timeout_add (ASK_INTERVAL, on_ask, self);
}

static void
hw_room_faces_dispose (GObject *object)
{
  HwRoomFaces *self = HW_ROOM_FACES (object);

  g_cancellable_cancel (self->ending);
  g_clear_handle_id (&self->source, g_source_remove);
  g_queue_clear_full (&self->wanted, g_object_unref);
  g_clear_object (&self->place);
  G_OBJECT_CLASS (hw_room_faces_parent_class)->dispose (object);
}

static void
hw_room_faces_finalize (GObject *object)
{
  HwRoomFaces *self = HW_ROOM_FACES (object);

  g_hash_table_unref (self->faces);
  g_object_unref (self->ending);
  G_OBJECT_CLASS (hw_room_faces_parent_class)->finalize (object);
}

static void
hw_room_faces_class_init (HwRoomFacesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hw_room_faces_dispose;
  object_class->finalize = hw_room_faces_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, HW_TYPE_ROOM);
}

static void
hw_room_faces_init (HwRoomFaces *self)
{
  self->faces = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) g_strfreev);
  self->ending = g_cancellable_new ();
  self->present_at = g_get_monotonic_time ();
  g_queue_init (&self->wanted);
}

/**
 * hw_room_faces_new:
 * @place: a place
 *
 * Returns: (transfer full): an object that knows nobody yet
 */
HwRoomFaces *
hw_room_faces_new (HwPlace *place)
{
  HwRoomFaces *self = g_object_new (HW_TYPE_ROOM_FACES, NULL);

  g_return_val_if_fail (HW_IS_PLACE (place), NULL);

  self->place = g_object_ref (place);
  return self;
}

/**
 * hw_room_faces_want:
 * @self: the faces
 * @room: a room of the place
 *
 * Somebody sees @room in a list, or the people in it have changed: finds out who they are.
 */
void
hw_room_faces_want (HwRoomFaces *self, HwRoom *room)
{
  g_return_if_fail (HW_IS_ROOM_FACES (self));
  g_return_if_fail (HW_IS_ROOM (room));

  if (g_queue_find (&self->wanted, room) == NULL)
    g_queue_push_tail (&self->wanted, g_object_ref (room));
  if (self->awake)
    ask_soon (self);
}

/**
 * hw_room_faces_get:
 * @self: the faces
 * @room: a room of the place
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the names of those to be shown, as
 * far as they are known
 */
const char *const *
hw_room_faces_get (HwRoomFaces *self, HwRoom *room)
{
  g_return_val_if_fail (HW_IS_ROOM_FACES (self), NULL);

  return g_hash_table_lookup (self->faces, room);
}

/**
 * hw_room_faces_set_present:
 * @self: the faces
 *
 * The person has done something: now it may be asked who is where.
 */
void
hw_room_faces_set_present (HwRoomFaces *self)
{
  g_return_if_fail (HW_IS_ROOM_FACES (self));

  self->present_at = g_get_monotonic_time ();
  if (self->awake)
    ask_soon (self);
}

/**
 * hw_room_faces_set_awake:
 * @self: the faces
 * @awake: whether somebody looks
 */
void
hw_room_faces_set_awake (HwRoomFaces *self, gboolean awake)
{
  g_return_if_fail (HW_IS_ROOM_FACES (self));

  self->awake = awake;
  if (awake)
    ask_soon (self);
}
