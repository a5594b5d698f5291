/*
 * How many documents per second libwbxml converts, in this process and without files.
 *
 * Usage: convert wbxml2xml|xml2wbxml SECONDS FILE...
 * Converts the files in turn for that long, in processor time, and prints documents per second, so that the caller
 * may compare with what it measures in the same way. The options are those with which libwbxml is quickest: compact
 * XML, no string table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wbxml/wbxml.h>
#include <wbxml/wbxml_conv.h>

struct document {
  unsigned char *bytes;
  WB_ULONG length;
};

/* Seconds of processor time that this process has used. */
static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static struct document load(const char *name) {
  struct document document;
  FILE *file = fopen(name, "rb");
  if (file == NULL) {
    perror(name);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  document.length = (WB_ULONG)ftell(file);
  rewind(file);
  document.bytes = malloc(document.length + 1);
  if (fread(document.bytes, 1, document.length, file) != document.length) {
    perror(name);
    exit(1);
  }
  document.bytes[document.length] = 0;
  fclose(file);
  return document;
}

static void check(WBXMLError error) {
  if (error == WBXML_OK) return;
  fprintf(stderr, "libwbxml: %s\n", (const char *)wbxml_errors_string(error));
  exit(1);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: convert wbxml2xml|xml2wbxml SECONDS FILE...\n");
    return 2;
  }
  int toXml = strcmp(argv[1], "wbxml2xml") == 0;
  double seconds = atof(argv[2]);
  int count = argc - 3;
  struct document *documents = malloc((size_t)count * sizeof *documents);
  for (int i = 0; i < count; i++) documents[i] = load(argv[i + 3]);

  WBXMLConvWBXML2XML *readWbxml = NULL;
  WBXMLConvXML2WBXML *readXml = NULL;
  check(wbxml_conv_wbxml2xml_create(&readWbxml));
  check(wbxml_conv_xml2wbxml_create(&readXml));
  wbxml_conv_wbxml2xml_set_gen_type(readWbxml, WBXML_GEN_XML_COMPACT);
  wbxml_conv_xml2wbxml_disable_string_table(readXml);

  long converted = 0;
  double start = now();
  double elapsed;
  do {
    for (int i = 0; i < count; i++) {
      WB_UTINY *result = NULL;
      WB_ULONG length = 0;
      struct document *document = &documents[i];
      if (toXml) {
        check(wbxml_conv_wbxml2xml_run(readWbxml, document->bytes, document->length, &result, &length));
      } else {
        check(wbxml_conv_xml2wbxml_run(readXml, document->bytes, document->length, &result, &length));
      }
      free(result);
      converted++;
    }
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("%.1f\n", converted / elapsed);
  return 0;
}
