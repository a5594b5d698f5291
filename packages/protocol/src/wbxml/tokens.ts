/** Global tokens and bits of WBXML (WBXML 1.3 §7.1), the same in tag and attribute space. */
export const SWITCH_PAGE = 0x00;
export const END = 0x01;
export const ENTITY = 0x02;
export const STR_I = 0x03;
export const LITERAL = 0x04;
export const EXT_I_0 = 0x40;
export const EXT_I_2 = 0x42;
export const PI = 0x43;
export const EXT_T_0 = 0x80;
export const EXT_T_2 = 0x82;
export const STR_T = 0x83;
export const OPAQUE = 0xc3;

/** Bits of a tag token: it has content, it has attributes. */
export const CONTENT = 0x40;
export const ATTRIBUTES = 0x80;
export const TAG = 0x3f;

/** IANA MIBenum of the charsets that are read; 0 stands for "unknown", which is read as UTF-8. */
export const UTF_8 = 106;
export const US_ASCII = 3;
export const ISO_8859_1 = 4;
