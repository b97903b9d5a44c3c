/* SPDX-License-Identifier: GPL-3.0-or-later */

/* To draw a HdyAvatar takes over a millisecond, so each face is drawn once into a surface and kept,
 * the one not used longest being let go. Whoever owns the faces forgets them when the style
 * changes. */

#include "face.h"

#include <handy.h>

/* Faces kept: more than the people seen on one screen; 20 KiB each at scale 2. */
#define FACES_MAX 64

typedef struct
{
  char *name;
  int scale;
  cairo_surface_t *surface;
} Face;

struct _HwFaces
{
  int size;
  GQueue faces; /* of Face, the one used last first */
};

static void
face_free (Face *face)
{
  g_free (face->name);
  cairo_surface_destroy (face->surface);
  g_free (face);
}

static cairo_surface_t *
draw_face (const char *name, int size, int scale)
{
  GtkWidget *avatar = g_object_ref_sink (hdy_avatar_new (size, name, TRUE));
  g_autoptr (GdkPixbuf) pixbuf = hdy_avatar_draw_to_pixbuf (HDY_AVATAR (avatar), size, scale);
  cairo_surface_t *surface;

  surface = pixbuf != NULL ? gdk_cairo_surface_create_from_pixbuf (pixbuf, scale, NULL)
                           : cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1, 1);
  gtk_widget_destroy (avatar);
  g_object_unref (avatar);
  return surface;
}

/**
 * hw_faces_new:
 * @size: how wide and high each face is, in pixels at scale 1
 *
 * Returns: (transfer full): no faces yet
 */
HwFaces *
hw_faces_new (int size)
{
  HwFaces *self = g_new0 (HwFaces, 1);

  self->size = size;
  g_queue_init (&self->faces);
  return self;
}

/**
 * hw_faces_free:
 * @self: (transfer full): the faces
 */
void
hw_faces_free (HwFaces *self)
{
  hw_faces_forget (self);
  g_free (self);
}

/**
 * hw_faces_get_size:
 * @self: the faces
 *
 * Returns: pixels at scale 1
 */
int
hw_faces_get_size (HwFaces *self)
{
  return self->size;
}

/**
 * hw_faces_set_size:
 * @self: the faces
 * @size: how wide and high each face is from now on, in pixels at scale 1
 */
void
hw_faces_set_size (HwFaces *self, int size)
{
  if (self->size == size)
    return;
  hw_faces_forget (self);
  self->size = size;
}

/**
 * hw_faces_forget:
 * @self: the faces
 *
 * Lets all faces go: the style has changed.
 */
void
hw_faces_forget (HwFaces *self)
{
  g_queue_clear_full (&self->faces, (GDestroyNotify) face_free);
}

static GList *
find (HwFaces *self, const char *name, int scale)
{
  for (GList *link = self->faces.head; link != NULL; link = link->next)
    {
      const Face *face = link->data;

      if (face->scale == scale && g_str_equal (face->name, name))
        return link;
    }
  return NULL;
}

/**
 * hw_faces_has:
 * @self: the faces
 * @name: whose
 * @scale: the window's scale
 *
 * Returns: whether hw_faces_get() has nothing to draw
 */
gboolean
hw_faces_has (HwFaces *self, const char *name, int scale)
{
  return find (self, name, scale) != NULL;
}

/**
 * hw_faces_get:
 * @self: the faces
 * @name: whose
 * @scale: the window's scale
 *
 * Returns: (transfer none): the face, until the next call
 */
cairo_surface_t *
hw_faces_get (HwFaces *self, const char *name, int scale)
{
  GList *link = find (self, name, scale);
  Face *face;

  if (link != NULL)
    {
      g_queue_unlink (&self->faces, link);
      g_queue_push_head_link (&self->faces, link);
      return ((Face *) link->data)->surface;
    }
  if (self->faces.length >= FACES_MAX)
    face_free (g_queue_pop_tail (&self->faces));
  face = g_new0 (Face, 1);
  face->name = g_strdup (name);
  face->scale = scale;
  face->surface = draw_face (name, self->size, scale);
  g_queue_push_head (&self->faces, face);
  return face->surface;
}
