#include <string.h>
#include "../measure.h"
// A hash table with open addressing; its words lie in `text`.
typedef struct Entry { const char* word; size_t length; long count; } Entry;
enum { entries = 1 << 16, words = 100000 };
static char text[words * 11];
static void make_text(void) {
  char* end = text;
  for (long i = 0; i < words; i++) end += sprintf(end, "%sword-%ld", i ? " " : "", i * i % 20011);
}
static Entry* find(Entry* table, const char* word, size_t length) {
  size_t hash = 14695981039346656037u;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)word[i]) * 1099511628211u;
  for (size_t at = (hash ^ hash >> 32) % entries;; at = (at + 1) % entries) {
    Entry* entry = &table[at];
    if (!entry->word) return *entry = (Entry){word, length, 0}, entry;
    if (entry->length == length && memcmp(entry->word, word, length) == 0) return entry;
  }
}
static long run(void) {
  if (!text[0]) make_text();
  Entry* table = calloc(entries, sizeof *table);
  for (const char* word = text; *word;) {
    size_t length = strcspn(word, " ");
    find(table, word, length)->count++;
    word += length + (word[length] == ' ');
  }
  long sum = 0;
  for (long i = 0; i < entries; i++) sum += table[i].count * table[i].count;
  free(table);
  return sum;
}
MEASURE("%ld", run())
