/* SPDX-License-Identifier: GPL-3.0-or-later */

/* first-window COMMAND...: runs a program with a window, whatever toolkit it is made with, and says
 * on standard output, as one line of JSON, after how many milliseconds its first window was there
 * and after how many something was painted in it:
 *
 *     {"pid":1234,"mapped":101.2,"painted":118.9}
 *
 * The program goes on until standard input ends; then it is asked to end by SIGTERM.
 *
 * Without a window manager: only then is the program's window a child of the root window, and its
 * painting not that of a frame. "Painted" is when the window shows more colours than a background
 * has; it is looked at whenever the X server reports damage. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SMALLEST    200 /* pixels: what is smaller is no main window */
#define COLOURS     12  /* so many, and there is text with soft edges */
#define MAX_WINDOWS 64
#define PATIENCE    30000 /* milliseconds */

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec * 1000 + (double) time.tv_nsec / 1e6;
}

/* Windows come and go between an event and the look at them. */
static int
ignore_error (Display *display, XErrorEvent *error)
{
  return 0;
}

static int
is_main_window (Display *display, Window window)
{
  XWindowAttributes attributes;

  return XGetWindowAttributes (display, window, &attributes) && !attributes.override_redirect
         && attributes.map_state == IsViewable && attributes.width >= SMALLEST
         && attributes.height >= SMALLEST;
}

static int
is_painted (Display *display, Window window)
{
  unsigned long colours[COLOURS];
  int n = 0;
  XWindowAttributes attributes;
  XImage *image;

  if (!XGetWindowAttributes (display, window, &attributes))
    return 0;
  image = XGetImage (display, window, 0, 0, (unsigned) attributes.width,
                     (unsigned) attributes.height, AllPlanes, ZPixmap);
  if (image == NULL)
    return 0;
  for (int y = 0; y < attributes.height && n < COLOURS; y++)
    for (int x = 0; x < attributes.width && n < COLOURS; x++)
      {
        unsigned long colour = XGetPixel (image, x, y);
        int i = 0;

        while (i < n && colours[i] != colour)
          i++;
        if (i == n)
          colours[n++] = colour;
      }
  XDestroyImage (image);
  return n == COLOURS;
}

int
main (int argc, char **argv)
{
  Display *display = XOpenDisplay (NULL);
  Damage damages[MAX_WINDOWS];
  Window windows[MAX_WINDOWS];
  int n_windows = 0;
  int damage_event, damage_error;
  double start, mapped = 0, painted = 0;
  pid_t child;
  char rest[64];

  if (argc < 2 || display == NULL || !XDamageQueryExtension (display, &damage_event, &damage_error))
    {
      fprintf (stderr, "first-window COMMAND..., on an X server with the damage extension\n");
      return 2;
    }
  XSetErrorHandler (ignore_error);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);
  XSync (display, False);

  start = now ();
  child = fork ();
  if (child < 0)
    return 2;
  if (child == 0)
    {
      close (ConnectionNumber (display));
      dup2 (STDERR_FILENO, STDOUT_FILENO);
      execvp (argv[1], argv + 1);
      perror (argv[1]);
      _exit (127);
    }

  while (painted == 0 && now () - start < PATIENCE)
    {
      struct pollfd wait = { .fd = ConnectionNumber (display), .events = POLLIN };
      XEvent event;

      if (XPending (display) == 0)
        {
          if (waitpid (child, NULL, WNOHANG) == child)
            {
              fprintf (stderr, "first-window: %s ended without a window\n", argv[1]);
              return 1;
            }
          poll (&wait, 1, 100);
          continue;
        }
      XNextEvent (display, &event);
      if (event.type == CreateNotify && n_windows < MAX_WINDOWS)
        {
          windows[n_windows] = event.xcreatewindow.window;
          damages[n_windows++]
              = XDamageCreate (display, event.xcreatewindow.window, XDamageReportNonEmpty);
        }
      else if (event.type == MapNotify || event.type == damage_event + XDamageNotify)
        {
          Window window = event.type == MapNotify ? event.xmap.window
                                                  : ((XDamageNotifyEvent *) &event)->drawable;

          for (int i = 0; i < n_windows; i++)
            if (windows[i] == window)
              XDamageSubtract (display, damages[i], None, None);
          if (!is_main_window (display, window))
            continue;
          if (mapped == 0)
            mapped = now () - start;
          if (is_painted (display, window))
            painted = now () - start;
        }
    }
  printf ("{\"pid\":%d,\"mapped\":%.1f,\"painted\":%.1f}\n", (int) child, mapped, painted);
  fflush (stdout);

  while (read (STDIN_FILENO, rest, sizeof rest) > 0 || errno == EINTR)
    ;
  kill (child, SIGTERM);
  waitpid (child, NULL, 0);
  return painted > 0 ? 0 : 1;
}
