/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place on this very computer: hallwayd as our child. First it is given the admin's password, by
 * its standard input, where no list of processes shows it; then it is started, and its first line
 * says where it listens. It is told to end when we end, whatever way that is.
 *
 * The usual port may be taken, by another place or by anything: then the next ones are tried, and
 * last any that is free. A place that has to be started again tries to have the port that it had,
 * for its people come back there. */

#include "host.h"

#include "hallway-config.h"
#include "network.h"

#include "protocol/error.h"
#include "protocol/json-reader.h"
#include "protocol/limits.h"
#include "protocol/message.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Directories: nobody else's business. */
#define PRIVATE 0700

/* Milliseconds from its death to the next start, doubled each time; how many times; and seconds of
 * life after which earlier deaths are forgiven. */
#define RESTART_DELAY 500
#define RESTARTS_MAX  5
#define FORGIVE       60

/* Seconds for a place to close before it is killed: longer than hallwayd itself takes at most. */
#define STOP_DEADLINE 20

/* Milliseconds between two looks whether the place of an earlier start, whose program was killed,
 * has closed, and microseconds for which that is waited for. */
#define CLOSING_INTERVAL 250
#define CLOSING_TIME     (5 * G_USEC_PER_SEC)

/* The file beside the place's data with what must be known to open it again. */
#define SETTINGS_GROUP "place"

struct _HwHost
{
  GObject parent_instance;

  char *program; /* (nullable): there is none */
  char *data;
  char **options; /* (nullable) */

  HwHostState state;
  char *name; /* (nullable) */
  gboolean discoverable;
  gboolean reached;
  guint port;

  GSubprocess *server;
  GDataInputStream *output;
  GTask *start;     /* (nullable): who waits for it to run */
  guint first_port; /* the first one tried */
  guint n_ports;    /* tried by this start */
  guint n_restarts; /* in a row */
  gint64 started_at;
  gint64 asked_at; /* monotonic: since when it is tried to start it */
  guint restart_source;
  guint stop_source;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_PORT,
  PROP_REACHED,
  N_PROPS,
};

enum
{
  SIGNAL_GAVE_UP,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HwHost, hw_host, G_TYPE_OBJECT)

static void spawn_server (HwHost *self);

static void
set_state (HwHost *self, HwHostState state, guint port)
{
  if (self->port != port)
    {
      self->port = port;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

static char *
get_path (HwHost *self, const char *file)
{
  return g_build_filename (self->data, file, NULL);
}

static void
load_settings (HwHost *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = get_path (self, "hosted.conf");

  self->discoverable = TRUE;
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  self->name = g_key_file_get_string (file, SETTINGS_GROUP, "name", NULL);
  self->reached = g_key_file_get_boolean (file, SETTINGS_GROUP, "reached", NULL);
  if (g_key_file_has_key (file, SETTINGS_GROUP, "discoverable", NULL))
    self->discoverable = g_key_file_get_boolean (file, SETTINGS_GROUP, "discoverable", NULL);
}

static void
save_settings (HwHost *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = get_path (self, "hosted.conf");
  g_autoptr (GError) error = NULL;

  g_key_file_set_string (file, SETTINGS_GROUP, "name", self->name);
  g_key_file_set_boolean (file, SETTINGS_GROUP, "discoverable", self->discoverable);
  g_key_file_set_boolean (file, SETTINGS_GROUP, "reached", self->reached);
  if (!g_key_file_save_to_file (file, path, &error))
    g_warning ("What this place is called is not remembered: %s", error->message);
}

/* Runs in the child, between fork and exec. A parent that is gone by then sends nothing. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  if (getppid () != GPOINTER_TO_INT (data))
    _exit (1);
}

/* The one line on standard error that says why a start failed. */
static GError *
read_reason (const char *errors)
{
  g_auto (GStrv) lines = g_strsplit (errors != NULL ? errors : "", "\n", -1);

  for (guint i = g_strv_length (lines); i-- > 0;)
    if (g_str_has_prefix (lines[i], "hallwayd: ") && g_utf8_validate (lines[i], -1, NULL))
      return hw_error_new (HW_ERROR_FAILED, NULL, "%s", lines[i] + strlen ("hallwayd: "));
  return hw_error_new (HW_ERROR_FAILED, NULL, "%s", _ ("The server did not start."));
}

static char *
read_log (HwHost *self)
{
  g_autofree char *path = get_path (self, "hallwayd.log");
  char *errors = NULL;

  g_file_get_contents (path, &errors, NULL, NULL);
  return errors;
}

/* Nobody runs, and nobody will by itself; @error is given to whoever waits. */
static void
end (HwHost *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start);

  g_clear_handle_id (&self->restart_source, g_source_remove);
  g_clear_handle_id (&self->stop_source, g_source_remove);
  set_state (self, HW_HOST_IDLE, 0);
  if (task != NULL)
    g_task_return_error (task, error);
  else if (error != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_GAVE_UP], 0, error->message);
      g_error_free (error);
    }
}

static gboolean
on_restart (gpointer data)
{
  HwHost *self = data;

  self->restart_source = 0;
  self->n_ports = 0;
  spawn_server (self);
  return G_SOURCE_REMOVE;
}

/* It has ended, and nobody told it to. */
static void
restart (HwHost *self)
{
  g_autofree char *errors = read_log (self);

  if (g_get_monotonic_time () - self->started_at >= FORGIVE * G_USEC_PER_SEC)
    self->n_restarts = 0;
  if (self->n_restarts == RESTARTS_MAX)
    {
      end (self, read_reason (errors));
      return;
    }
  if (self->port != 0)
    self->first_port = self->port;
  self->asked_at = g_get_monotonic_time ();
  set_state (self, HW_HOST_RESTARTING, 0);
  g_clear_handle_id (&self->restart_source, g_source_remove);
  self->restart_source
      = g_timeout_add ((guint) RESTART_DELAY << self->n_restarts++, on_restart, self);
}

/* Whether another one has the data directory, that may be about to close. */
static gboolean
may_close (HwHost *self, const char *errors)
{
  return errors != NULL && strstr (errors, "in use by another server") != NULL
         && g_get_monotonic_time () - self->asked_at < CLOSING_TIME;
}

/* It has ended before its first line. */
static void
on_start_failed (HwHost *self)
{
  g_autofree char *errors = read_log (self);

  if (may_close (self, errors))
    self->restart_source = g_timeout_add (CLOSING_INTERVAL, on_restart, self);
  else if (errors != NULL && strstr (errors, g_strerror (EADDRINUSE)) != NULL
           && self->n_ports <= HW_HOST_MORE_PORTS + 1)
    spawn_server (self);
  else if (self->start != NULL)
    end (self, read_reason (errors));
  else
    restart (self);
}

static void
on_ended (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwHost) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  if (self->server != G_SUBPROCESS (object))
    return;
  g_clear_object (&self->server);
  if (self->state == HW_HOST_STOPPING)
    end (self, self->start != NULL
                   ? hw_error_new (HW_ERROR_FAILED, NULL, "%s", _ ("The place was closed."))
                   : NULL);
  else if (self->state == HW_HOST_RUNNING)
    restart (self);
  else
    on_start_failed (self);
}

static void read_more (HwHost *self);

static void
take_line (HwHost *self, const char *line, gsize length)
{
  g_autoptr (JsonObject) said = hw_json_read_object (line, length, NULL);
  const char *event;
  gint64 port;

  if (said == NULL || !hw_message_get_string (said, "ev", &event, NULL))
    return;
  if (g_str_equal (event, "ready") && hw_message_get_int (said, "port", 1, G_MAXUINT16, &port, NULL)
      && (self->state == HW_HOST_STARTING || self->state == HW_HOST_RESTARTING))
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->start);

      self->started_at = g_get_monotonic_time ();
      save_settings (self);
      set_state (self, HW_HOST_RUNNING, (guint) port);
      if (task != NULL)
        g_task_return_boolean (task, TRUE);
    }
  else if (g_str_equal (event, "visited") && !self->reached)
    {
      self->reached = TRUE;
      save_settings (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REACHED]);
    }
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwHost) self = data;
  gsize length;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, &length, NULL);

  /* Its end is told by on_ended(). */
  if (line == NULL || self->output != G_DATA_INPUT_STREAM (object))
    return;
  take_line (self, line, length);
  read_more (self);
}

static void
read_more (HwHost *self)
{
  if (self->output != NULL)
    g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, NULL, on_line,
                                         g_object_ref (self));
}

/* The port to try now: the one it had or the usual one, the next ones, and then 0, any. */
static guint
choose_port (HwHost *self)
{
  guint n = self->n_ports++;

  if (n == 0 && self->first_port != 0)
    return self->first_port;
  if (self->first_port != 0)
    n--;
  return n <= HW_HOST_MORE_PORTS ? HW_DEFAULT_PORT + n : 0;
}

static void
spawn_server (HwHost *self)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *log = get_path (self, "hallwayd.log");
  g_autofree char *port = g_strdup_printf ("%u", choose_port (self));
  GError *error = NULL;

  g_ptr_array_add (argv, self->program);
  g_ptr_array_add (argv, (char *) "--data");
  g_ptr_array_add (argv, self->data);
  g_ptr_array_add (argv, (char *) "--name");
  g_ptr_array_add (argv, self->name);
  g_ptr_array_add (argv, (char *) "--discovery");
  g_ptr_array_add (argv, (char *) (self->discoverable ? "yes" : "no"));
  g_ptr_array_add (argv, (char *) "--port");
  g_ptr_array_add (argv, port);
  for (char **option = self->options; option != NULL && *option != NULL; option++)
    g_ptr_array_add (argv, *option);
  g_ptr_array_add (argv, NULL);

  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, GINT_TO_POINTER (getpid ()),
                                         NULL);
  g_clear_object (&self->output);
  g_clear_object (&self->server);
  self->server = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  if (self->server == NULL)
    {
      end (self, error);
      return;
    }
  g_subprocess_wait_async (self->server, NULL, on_ended, g_object_ref (self));
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  read_more (self);
}

static void
on_password_set (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (HwHost) self = data;
  g_autofree char *errors = NULL;
  GError *error = NULL;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, NULL, &errors, &error))
    end (self, error);
  else if (!g_subprocess_get_successful (G_SUBPROCESS (object)))
    end (self, read_reason (errors));
  else if (self->state == HW_HOST_STARTING)
    spawn_server (self);
}

static void
set_password (HwHost *self, const char *password)
{
  GError *error = NULL;
  g_autofree char *input = g_strconcat (password, "\n", NULL);
  g_autoptr (GSubprocess) setter
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                              | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                          &error, self->program, "--data", self->data, "--set-admin-password",
                          NULL);

  if (setter == NULL)
    end (self, error);
  else
    g_subprocess_communicate_utf8_async (setter, input, NULL, on_password_set, g_object_ref (self));
  explicit_bzero (input, strlen (input));
}

static void
hw_host_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HwHost *self = HW_HOST (object);

  if (id == PROP_STATE)
    g_value_set_uint (value, self->state);
  else if (id == PROP_PORT)
    g_value_set_uint (value, self->port);
  else
    g_value_set_boolean (value, self->reached);
}

static void
hw_host_dispose (GObject *object)
{
  hw_host_stop (HW_HOST (object));
  G_OBJECT_CLASS (hw_host_parent_class)->dispose (object);
}

static void
hw_host_finalize (GObject *object)
{
  HwHost *self = HW_HOST (object);

  g_clear_handle_id (&self->stop_source, g_source_remove);
  g_clear_object (&self->server);
  g_clear_object (&self->output);
  g_free (self->program);
  g_free (self->data);
  g_strfreev (self->options);
  g_free (self->name);
  G_OBJECT_CLASS (hw_host_parent_class)->finalize (object);
}

static void
hw_host_class_init (HwHostClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hw_host_get_property;
  object_class->dispose = hw_host_dispose;
  object_class->finalize = hw_host_finalize;

  properties[PROP_STATE]
      = g_param_spec_uint ("state", NULL, NULL, 0, HW_HOST_STOPPING, HW_HOST_IDLE, flags);
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_REACHED] = g_param_spec_boolean ("reached", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_GAVE_UP] = g_signal_new ("gave-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hw_host_init (HwHost *self)
{
}

/* Beside a program that was not installed, BUILD/src/ui/hallway, the server is in BUILD/src/server.
 */
static char *
find_program (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *found = NULL;

  if (folder != NULL && g_str_has_suffix (folder, "/src/ui"))
    found = g_build_filename (folder, "..", "server", "hallwayd", NULL);
  else if (folder != NULL)
    found = g_build_filename (folder, "hallwayd", NULL);
  if (found != NULL && g_file_test (found, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&found);
  return g_find_program_in_path ("hallwayd");
}

/**
 * hw_host_new:
 * @program: (nullable): the server; %NULL: the one that belongs to this program
 * @data: (nullable): its data directory; %NULL: the usual one of the person
 * @options: (nullable): more of its options
 *
 * Returns: (transfer full): a host that runs nothing yet
 */
HwHost *
hw_host_new (const char *program, const char *data, const char *const *options)
{
  HwHost *self = g_object_new (HW_TYPE_HOST, NULL);

  self->program = program != NULL ? g_strdup (program) : find_program ();
  self->data = data != NULL ? g_strdup (data)
                            : g_build_filename (g_get_user_data_dir (), "hallway", "place", NULL);
  self->options = g_strdupv ((char **) options);
  load_settings (self);
  return self;
}

/**
 * hw_host_is_possible:
 * @self: a host
 *
 * Returns: whether there is a server to run
 */
gboolean
hw_host_is_possible (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), FALSE);

  return self->program != NULL;
}

/**
 * hw_host_get_state:
 * @self: a host
 *
 * Returns: what it does
 */
HwHostState
hw_host_get_state (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), HW_HOST_IDLE);

  return self->state;
}

/**
 * hw_host_is_open:
 * @self: a host
 *
 * Returns: whether it runs a place, or is about to run it again
 */
gboolean
hw_host_is_open (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), FALSE);

  return self->state == HW_HOST_RUNNING || self->state == HW_HOST_RESTARTING;
}

/**
 * hw_host_get_name:
 * @self: a host
 *
 * Returns: (nullable): the name of the place that it runs, or ran last
 */
const char *
hw_host_get_name (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), NULL);

  return self->name;
}

/**
 * hw_host_get_port:
 * @self: a host
 *
 * Returns: where the place listens; 0 while it does not
 */
guint
hw_host_get_port (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), 0);

  return self->port;
}

/**
 * hw_host_dup_address:
 * @self: a host
 *
 * Returns: (transfer full) (nullable): the address of the place for this computer itself
 */
char *
hw_host_dup_address (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), NULL);

  return self->port != 0 ? g_strdup_printf ("127.0.0.1:%u", self->port) : NULL;
}

/* On a network without IPv4. */
static char *
dup_invitation6 (HwHost *self)
{
  g_autofree char *address = hw_network_find_address6 ();

  if (address == NULL)
    return NULL;
  return self->port == HW_DEFAULT_PORT ? g_strdup_printf ("hallway://[%s]", address)
                                       : g_strdup_printf ("hallway://[%s]:%u", address, self->port);
}

/**
 * hw_host_dup_invitation:
 * @self: a host
 *
 * Returns: (transfer full) (nullable): a link that leads others to the place; %NULL while there is
 * none, or while this computer is on no network
 */
char *
hw_host_dup_invitation (HwHost *self)
{
  g_autoptr (GPtrArray) subnets = NULL;
  guint32 gateway = hw_network_get_gateway ();
  const HwSubnet *best = NULL;

  g_return_val_if_fail (HW_IS_HOST (self), NULL);

  if (self->port == 0)
    return NULL;
  /* The network that leads to others is the one on which they are; else one by cable. */
  subnets = hw_network_list_subnets ();
  for (guint i = 0; i < subnets->len; i++)
    {
      const HwSubnet *one = subnets->pdata[i];
      gboolean leads = gateway != 0 && ((gateway ^ one->address) & one->netmask) == 0;

      if (best == NULL || leads || (best->wireless && !one->wireless))
        best = one;
      if (leads)
        break;
    }
  if (best == NULL)
    return dup_invitation6 (self);
  return self->port == HW_DEFAULT_PORT
             ? g_strdup_printf ("hallway://%s", best->address_text)
             : g_strdup_printf ("hallway://%s:%u", best->address_text, self->port);
}

/**
 * hw_host_get_discoverable:
 * @self: a host
 *
 * Returns: whether those who look around find the place, or found the last one
 */
gboolean
hw_host_get_discoverable (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), TRUE);

  return self->discoverable;
}

/**
 * hw_host_has_password:
 * @self: a host
 *
 * Returns: whether it ran a place before, which has its name and its admin's password
 */
gboolean
hw_host_has_password (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), FALSE);

  return self->name != NULL;
}

/**
 * hw_host_get_reached:
 * @self: a host
 *
 * Returns: whether somebody from another computer has ever come
 */
gboolean
hw_host_get_reached (HwHost *self)
{
  g_return_val_if_fail (HW_IS_HOST (self), FALSE);

  return self->reached;
}

/**
 * hw_host_start_async:
 * @self: a host that is idle
 * @name: what the place shall be called
 * @password: (nullable): the admin's, at least %HW_HOST_PASSWORD_MIN characters; %NULL: the one it
 *   has
 * @discoverable: whether those who look around find it
 * @callback: is told when the place can be entered, or why not
 * @user_data: for @callback
 *
 * Starts the place. Where the usual port is taken it listens on the next one that is free.
 */
void
hw_host_start_async (HwHost *self,
                     const char *name,
                     const char *password,
                     gboolean discoverable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  char *copy = g_strdup (name);

  g_return_if_fail (self->state == HW_HOST_IDLE);

  g_free (self->name);
  self->name = copy;
  self->discoverable = discoverable;
  self->start = task;
  self->first_port = self->n_ports = self->n_restarts = 0;
  self->asked_at = g_get_monotonic_time ();
  set_state (self, HW_HOST_STARTING, 0);

  if (self->program == NULL)
    end (self, hw_error_new (HW_ERROR_FAILED, NULL, "%s",
                             _ ("Hallway’s server, hallwayd, is not installed.")));
  else if (g_mkdir_with_parents (self->data, PRIVATE) != 0)
    end (self,
         hw_error_new (HW_ERROR_FAILED, NULL, _ ("The folder %s cannot be made."), self->data));
  else if (password != NULL)
    set_password (self, password);
  else
    spawn_server (self);
}

/**
 * hw_host_start_finish:
 * @self: a host
 * @result: what the callback got
 * @error: why there is no place
 *
 * Returns: whether it runs
 */
gboolean
hw_host_start_finish (HwHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
on_stop_deadline (gpointer data)
{
  HwHost *self = data;

  self->stop_source = 0;
  if (self->server != NULL)
    g_subprocess_force_exit (self->server);
  return G_SOURCE_REMOVE;
}

/**
 * hw_host_stop:
 * @self: a host
 *
 * Tells the place to close; its state says when it has. It has what was said on disk then.
 */
void
hw_host_stop (HwHost *self)
{
  g_return_if_fail (HW_IS_HOST (self));

  g_clear_handle_id (&self->restart_source, g_source_remove);
  if (self->server == NULL)
    {
      if (self->state == HW_HOST_STARTING)
        end (self, hw_error_new (HW_ERROR_FAILED, NULL, "%s", _ ("The place was closed.")));
      else if (self->state == HW_HOST_RESTARTING)
        end (self, NULL);
      return;
    }
  set_state (self, HW_HOST_STOPPING, 0);
  g_subprocess_send_signal (self->server, SIGTERM);
  if (self->stop_source == 0)
    self->stop_source = g_timeout_add_seconds (STOP_DEADLINE, on_stop_deadline, self);
}
