/** Applications on terminals that have numbers (OMNA: push application ids). */
const APPLICATION_IDS: ReadonlyMap<number, string> = new Map([
  [0x00, 'x-wap-application:*'],
  [0x01, 'x-wap-application:push.sia'],
  [0x02, 'x-wap-application:wml.ua'],
  [0x03, 'x-wap-application:wta.ua'],
  [0x04, 'x-wap-application:mms.ua'],
  [0x05, 'x-wap-application:push.syncml'],
  [0x06, 'x-wap-application:loc.ua'],
  [0x07, 'x-wap-application:syncml.dm'],
  [0x08, 'x-wap-application:drm.ua'],
  [0x09, 'x-wap-application:emn.ua'],
  [0x0a, 'x-wap-application:wv.ua'],
  [0x10, 'x-wap-application:ulp.ua'],
  [0x11, 'x-wap-application:dlota.ua'],
  [0x12, 'x-wap-application:java-ams'],
  [0x13, 'x-wap-application:bcast.ua'],
  [0x14, 'x-wap-application:dpe.ua'],
  [0x15, 'x-wap-application:cpm:ua'],
  [0x16, 'x-wap-application:evvm.ua'],
  [0x1a, 'x-wap-application:lwm2m.dm'],
]);

const CODES: ReadonlyMap<string, number> = new Map([...APPLICATION_IDS].map(([code, id]) => [id, code]));

/** Numbers are at most four bytes. */
const MOST = 0xffff_ffff;
const NUMBER = /^(?:0x([0-9a-f]{1,8})|([0-9]{1,10}))$/;

/** The id of a number; the number itself, in decimal digits, where no id is known for it. */
export function applicationOf(code: number): string {
  return APPLICATION_IDS.get(code) ?? String(code);
}

/** The number of an id, whatever its case, or of one that is a number itself; undefined = it goes as text. */
export function applicationCode(id: string): number | undefined {
  const text = id.trim().toLowerCase();
  const known = CODES.get(text);
  if (known !== undefined) return known;
  const [, hex, digits] = NUMBER.exec(text) ?? [];
  const number = hex === undefined ? Number(digits ?? Number.NaN) : Number.parseInt(hex, 16);
  return number <= MOST ? number : undefined;
}

/** An id in the form in which it is known here, also when it came in other case or as a number in text. */
export function knownApplication(text: string): string {
  const code = applicationCode(text);
  return code === undefined ? text : applicationOf(code);
}
