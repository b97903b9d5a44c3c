/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Talk as people write it: names, rooms and sentences in several scripts, the same for the same
 * random numbers. Each person writes one language, and now and then a word of English. */

#include "talk.h"

#include <string.h>

typedef struct
{
  const char *names;  /* parted by blanks, as all of these */
  const char *starts; /* a sentence: one of each, and more of the middle */
  const char *middles;
  const char *ends;
  const char *separator;
  guint share; /* of a hundred people */
} Language;

static const Language languages[] = {
  { "Ana Ben Cleo Dora Emil Finn Greta Hugo Iris Jonas Karl Lena Marta Nils Olga Paul Rosa Sam "
    "Tess Uma Vera Will Yara Zed",
    "I you we they somebody nobody everyone maybe today tomorrow yesterday then well so but "
    "actually honestly usually sometimes please sorry thanks okay hello",
    "think know saw left found brought measured moved need want tried opened closed wrote read "
    "forgot the a this that my your our their new old second last broken spare long short cold "
    "warm resistor scope cable kettle milk tea notebook window door key table homework chapter "
    "experiment channel voltage printer projector bench drawer list name question answer number "
    "with without before after under behind near inside again twice quickly slowly together",
    "there here now later please again tomorrow. today! soon, right? :) 🙂 👍 ... instead too "
    "anyway already though",
    " ", 58 },
  { "Jürgen Käthe Björn Änne Özlem Günther Zoë Françoise José Núria",
    "ich du wir ihr heute morgen gestern vielleicht eigentlich danke bitte hallo also dann aber",
    "habe hast haben war ist sind will kann muss das die der ein eine mein dein unser neue alte "
    "zweite letzte Kabel Fenster Schlüssel Tisch Aufgabe Kapitel Versuch Spannung Drucker Größe "
    "Übung Straße Kaffee Milch Löffel mit ohne vor nach unter hinter neben noch nicht schon sehr",
    "da hier jetzt später morgen. heute! bald, oder? 🙂 trotzdem auch schon", " ", 16 },
  { "נועה יעל דוד משה תמר איתן", "אני אתה אנחנו הם היום מחר אתמול אולי תודה שלום אז אבל",
    "חושב יודע ראיתי השארתי מצאתי הבאתי מדדתי צריך רוצה ניסיתי את זה הכבל החלון המפתח השולחן "
    "השיעור הפרק הניסוי המתח המדפסת החלב הקפה המחברת עם בלי לפני אחרי מתחת חדש ישן שני אחרון",
    "כאן שם עכשיו מאוחר מחר. היום! בקרוב 🙂 גם שוב", " ", 8 },
  { "ليلى عمر سارة كريم هدى ياسر", "أنا أنت نحن هم اليوم غدا أمس ربما شكرا مرحبا ثم لكن",
    "أظن أعرف رأيت تركت وجدت أحضرت قست أريد حاولت هذا الكابل النافذة المفتاح الطاولة الدرس "
    "الفصل التجربة الطابعة الحليب القهوة الدفتر مع بدون قبل بعد تحت جديد قديم ثاني أخير",
    "هنا هناك الآن لاحقا غدا. اليوم! قريبا 🙂 أيضا مجددا",
    " ", 6 },
  { "Иван Мария Олег Дарья Пётр Ольга", "я ты мы они сегодня завтра вчера может спасибо привет но",
    "думаю знаю видел оставил нашёл принёс измерил нужен хочу это кабель окно ключ стол урок "
    "глава опыт принтер молоко кофе тетрадь с без до после под новый старый второй последний",
    "здесь там сейчас позже завтра. сегодня! скоро 🙂 "
    "тоже "
    "опять",
    " ", 6 },
  { "陈思远 王芳 李伟 张敏 刘洋 山田太郎", "我 你 我们 他们 今天 明天 昨天 也许 谢谢 你好 但是",
    "觉得 知道 看到 忘了 找到 带来 测量 需要 想要 这个 电缆 窗户 钥匙 桌子 作业 章节 实验 "
    "电压 打印机 牛奶 咖啡 笔记本 备用的 新的 旧的 第二个 最后 抽屉 左边",
    "在这里 在那里 现在 以后 明天。 今天！ 好吗？ 🙂 也是 再来", "", 6 },
};

static const char rooms[]
    = "lab-bench homework tea exam-prep cinema-club chess garden music reading "
      "kitchen workshop robotics library football theatre physics maths "
      "history art travel photos help news games cycling";

static const char *
pick (const char *words, guint index, gsize *length)
{
  guint n = 1;

  for (const char *at = words; *at != '\0'; at++)
    n += *at == ' ';
  index %= n;
  for (; index > 0; index--)
    words = strchr (words, ' ') + 1;
  *length = strcspn (words, " ");
  return words;
}

static void
append_word (GString *text, const char *words, guint index)
{
  gsize length;
  const char *word = pick (words, index, &length);

  g_string_append_len (text, word, (gssize) length);
}

static const Language *
get_language (guint person)
{
  guint share = person * 37 % 100;

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      if (share < languages[i].share)
        return &languages[i];
      share -= languages[i].share;
    }
  return &languages[0];
}

/* Appends the name of @person, another one for each. */
void
talk_append_name (GString *text, guint person)
{
  append_word (text, get_language (person)->names, person);
  if (person >= 24)
    g_string_append_printf (text, " %u", person);
}

/* Appends the name of @room, another one for each. */
void
talk_append_room (GString *text, guint room)
{
  gsize start = text->len;

  append_word (text, rooms, room);
  for (gsize i = start; i < text->len; i++)
    if (text->str[i] == '-')
      text->str[i] = ' ';
  if (room >= 25)
    g_string_append_printf (text, " %u", room / 25 + 1);
}

/* Appends what @person says: mostly little, now and then some lines, rarely very much. */
void
talk_append_sentence (GString *text, guint person, GRand *random)
{
  const Language *language = get_language (person);
  guint fate = g_rand_int_range (random, 0, 1000);
  guint n = fate < 900 ? 1 + fate % 9 : fate < 995 ? 10 + fate % 40 : 150;

  append_word (text, language->starts, g_rand_int (random));
  for (guint i = 0; i < n; i++)
    {
      g_string_append (text, i % 16 == 15 ? "\n" : language->separator);
      append_word (text, language->middles, g_rand_int (random));
    }
  g_string_append (text, language->separator);
  append_word (text, language->ends, g_rand_int (random));
  if (fate % 50 == 0)
    g_string_append_printf (text, " http://lab-nas.local/exp%u/page-%u.html", fate,
                            g_rand_int_range (random, 0, 1000));
}
