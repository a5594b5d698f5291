import { EncodeError, type Limits, MalformedError, type TokenSink } from '../vocabulary/index.ts';
import { readWbxml, WbxmlWriter } from '../wbxml/index.ts';
import { readXml, XmlWriter } from '../xml/index.ts';
import { openEmbedded } from './markup.ts';

interface ConvertOptions {
  limits?: Limits | undefined;
}

interface Writer extends TokenSink {
  finish(): Uint8Array;
}

const xmlWriter = new XmlWriter(openEmbedded);
const wbxmlWriter = new WbxmlWriter();

/**
 * Turns a WBXML document of any known type (SyncML, DevInf, MetInf, DM DDF and TNDS) into XML.
 *
 * @throws {MalformedError} also when the document holds a character that XML cannot carry.
 */
export function wbxmlToXml(bytes: Uint8Array, options: ConvertOptions = {}): Uint8Array {
  return convert((sink) => readWbxml(bytes, sink, options), xmlWriter);
}

/**
 * Turns an XML document of any known type into WBXML 1.2.
 *
 * @throws {MalformedError}
 */
export function xmlToWbxml(bytes: Uint8Array, options: ConvertOptions = {}): Uint8Array {
  return convert((sink) => readXml(bytes, sink, options), wbxmlWriter);
}

function convert(read: (sink: TokenSink) => void, writer: Writer): Uint8Array {
  try {
    read(writer);
    return writer.finish();
  } catch (error) {
    throw asMalformed(error);
  }
}

/** What the target encoding cannot carry is, in a conversion, a fault of the source. */
function asMalformed(error: unknown): unknown {
  return error instanceof EncodeError
    ? new MalformedError(error.message, undefined, { cause: error })
    : error;
}
