/**
 * The structure of a SyncML message, said once.
 *
 * The message types follow from it, and so do reading and writing, whether through XML or WBXML tokens.
 * Source: OMA-SyncML-RepPro 1.2 (DTD) and OMA DM RepPro 1.2.1, as gathered in the element tables.
 */

import { type Element, elementOf, METINF, type Page, SYNCML } from '../vocabulary/index.ts';

/** Embedded markup that no schema of ours describes: a DevInf or TNDS document inside a Data, say. */
export interface Markup {
  readonly element: Element;
  readonly children: readonly (Markup | string | Uint8Array)[];
}

/**
 * What a Data may hold: text, bytes, or embedded markup.
 *
 * In an Item that was read, a value is bytes under Meta Format `bin`, and text under any other unless it cannot be
 * text. Either may be written in both encodings: bytes become base64 in XML, and the Format says so.
 */
export type Content = string | Uint8Array | Markup;

/** What a field of a struct holds. `T` is its type in a message. */
export interface Field<T = unknown, Required extends boolean = boolean> {
  readonly kind: 'text' | 'token' | 'int' | 'flag' | 'content' | 'struct' | 'commands';
  /** The element that carries it; for `commands` the parent's child elements decide. */
  readonly element: Element | undefined;
  readonly struct?: Struct<Fields> | undefined;
  readonly required: Required;
  /** Whether the standard requires it; where `required` does not follow, devices are known to leave it out. */
  readonly expected: boolean;
  readonly many: boolean;
  readonly type?: T;
}

/** Fields by property name, in the order in which a writer emits them. */
export type Fields = Readonly<Record<string, Field>>;

/** An element whose children are fields. */
export interface Struct<F extends Fields> {
  readonly element: Element;
  readonly fields: F;
}

type RequiredKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<unknown, true> ? K : never;
}[keyof F];
type TypeOf<X> = X extends Field<infer T> ? T : never;

/** The TypeScript type that a struct describes. */
export type Infer<S> =
  S extends Struct<infer F>
    ? { [K in RequiredKeys<F>]: TypeOf<F[K]> } & {
        [K in Exclude<keyof F, RequiredKeys<F>>]?: TypeOf<F[K]> | undefined;
      }
    : never;

function leaf<T>(kind: Field['kind'], page: Page, name: string): Field<T, true> {
  return { kind, element: elementOf(page, name), required: true, expected: true, many: false };
}
/** Text that is only compared, such as a CmdID or a URI: blanks around it mean nothing. */
const token = (name: string, page = SYNCML): Field<string, true> => leaf('token', page, name);
/** Text, kept as it came. */
const text = (name: string, page = SYNCML): Field<string, true> => leaf('text', page, name);
/** A non-negative decimal number. */
const int = (name: string, page = SYNCML): Field<number, true> => leaf('int', page, name);
/** An empty element that is there or not. */
const flag = (name: string, page = SYNCML): Field<boolean, false> =>
  optional(leaf<boolean>('flag', page, name));
const content = (name: string, page = SYNCML): Field<Content, true> => leaf('content', page, name);
const optional = <T>(field: Field<T>): Field<T, false> => ({ ...field, required: false, expected: false });
/** What the standard requires and devices leave out. */
const omissible = <T>(field: Field<T>): Field<T, false> => ({ ...field, required: false });
/** Any number of them; absent reads as an empty array. */
const many = <T>(field: Field<T>): Field<T[], true> =>
  ({ ...field, required: true, many: true }) as Field<T[], true>;

function struct<const F extends Fields>(name: string, fields: F, page = SYNCML): Struct<F> {
  return { element: elementOf(page, name), fields };
}
const nested = <F extends Fields>(of: Struct<F>): Field<Infer<Struct<F>>, true> => ({
  kind: 'struct',
  element: of.element,
  struct: of as unknown as Struct<Fields>,
  required: true,
  expected: true,
  many: false,
});

const Anchor = struct('Anchor', { last: optional(text('Last', METINF)), next: text('Next', METINF) }, METINF);
const Mem = struct(
  'Mem',
  {
    sharedMem: flag('SharedMem', METINF),
    freeMem: int('FreeMem', METINF),
    freeID: int('FreeID', METINF),
  },
  METINF,
);

/** Meta, whose children are MetInf elements; a `MetInf` wrapper around them is accepted on reading. */
export const MetaStruct = struct('Meta', {
  fieldLevel: flag('FieldLevel', METINF),
  format: optional(token('Format', METINF)),
  type: optional(token('Type', METINF)),
  mark: optional(token('Mark', METINF)),
  size: optional(int('Size', METINF)),
  anchor: optional(nested(Anchor)),
  version: optional(token('Version', METINF)),
  nextNonce: optional(content('NextNonce', METINF)),
  maxMsgSize: optional(int('MaxMsgSize', METINF)),
  maxObjSize: optional(int('MaxObjSize', METINF)),
  emi: optional(many(token('EMI', METINF))),
  mem: optional(nested(Mem)),
});

const location = { locURI: token('LocURI'), locName: optional(text('LocName')) };
const Target = struct('Target', location);
const Source = struct('Source', location);
const SourceParent = struct('SourceParent', location);
const TargetParent = struct('TargetParent', location);

const meta = optional(nested(MetaStruct));

const Cred = struct('Cred', { meta, data: content('Data') });
const Chal = struct('Chal', { meta });

const Item = struct('Item', {
  target: optional(nested(Target)),
  source: optional(nested(Source)),
  sourceParent: optional(nested(SourceParent)),
  targetParent: optional(nested(TargetParent)),
  meta,
  data: optional(content('Data')),
  moreData: flag('MoreData'),
});

const cmdID = token('CmdID');
const noResp = flag('NoResp');
const cred = optional(nested(Cred));
const items = many(nested(Item));
const correlator = optional(text('Correlator'));

/** The commands that hold Items, and Status; by element name. */
export const COMMANDS = {
  Add: struct('Add', { cmdID, noResp, cred, meta, items }),
  Alert: struct('Alert', { cmdID, noResp, cred, code: int('Data'), correlator, items }),
  Copy: struct('Copy', { cmdID, noResp, cred, meta, items }),
  Delete: struct('Delete', {
    cmdID,
    noResp,
    archive: flag('Archive'),
    sftDel: flag('SftDel'),
    cred,
    meta,
    items,
  }),
  Exec: struct('Exec', { cmdID, noResp, cred, meta, correlator, items }),
  Get: struct('Get', { cmdID, noResp, lang: optional(token('Lang')), cred, meta, items }),
  Replace: struct('Replace', { cmdID, noResp, cred, meta, items }),
  Results: struct('Results', {
    cmdID,
    msgRef: optional(token('MsgRef')),
    cmdRef: token('CmdRef'),
    meta,
    targetRef: many(token('TargetRef')),
    sourceRef: many(token('SourceRef')),
    items,
  }),
  Status: struct('Status', {
    cmdID,
    msgRef: omissible(token('MsgRef')),
    cmdRef: omissible(token('CmdRef')),
    cmd: token('Cmd'),
    targetRef: many(token('TargetRef')),
    sourceRef: many(token('SourceRef')),
    cred,
    chal: optional(nested(Chal)),
    code: int('Data'),
    items,
  }),
} as const;

const commands: Field<Command[], true> = {
  kind: 'commands',
  element: undefined,
  required: true,
  expected: false,
  many: true,
};

/** The commands that hold commands; by element name. */
export const CONTAINERS = {
  Atomic: struct('Atomic', { cmdID, noResp, meta, commands }),
  Sequence: struct('Sequence', { cmdID, noResp, meta, commands }),
} as const;

const HeaderStruct = struct('SyncHdr', {
  verDTD: token('VerDTD'),
  verProto: token('VerProto'),
  sessionID: token('SessionID'),
  msgID: token('MsgID'),
  target: nested(Target),
  source: nested(Source),
  respURI: optional(token('RespURI')),
  noResp,
  cred,
  meta,
});
const BodyStruct = struct('SyncBody', { commands, final: flag('Final') });

/** The whole message. */
export const MessageStruct = struct('SyncML', { header: nested(HeaderStruct), body: nested(BodyStruct) });

export type Meta = Infer<typeof MetaStruct>;
export type Location = Infer<typeof Target>;
export type Cred = Infer<typeof Cred>;
export type Chal = Infer<typeof Chal>;
export type Item = Infer<typeof Item>;
export type Header = Infer<typeof HeaderStruct>;

/** A command that holds commands: `Atomic` or `Sequence`. */
export interface Container<Name extends keyof typeof CONTAINERS = keyof typeof CONTAINERS> {
  name: Name;
  cmdID: string;
  noResp?: boolean | undefined;
  meta?: Meta | undefined;
  commands: Command[];
}

/**
 * A child of SyncBody, Atomic or Sequence that is no DM command: one of the data-synchronisation
 * commands, or an element of somebody's own. Read so that it can be refused; never written.
 */
export interface UnknownCommand {
  name: 'Unknown';
  element: string;
  cmdID: string;
}

export type CommandOf<Name extends keyof typeof COMMANDS> = {
  [N in Name]: { name: N } & Infer<(typeof COMMANDS)[N]>;
}[Name];

export type Add = CommandOf<'Add'>;
export type Alert = CommandOf<'Alert'>;
export type Copy = CommandOf<'Copy'>;
export type Delete = CommandOf<'Delete'>;
export type Exec = CommandOf<'Exec'>;
export type Get = CommandOf<'Get'>;
export type Replace = CommandOf<'Replace'>;
export type Results = CommandOf<'Results'>;
export type Status = CommandOf<'Status'>;
export type Atomic = Container<'Atomic'>;
export type Sequence = Container<'Sequence'>;

/** Anything that may stand in a SyncBody, told apart by `name`. */
export type Command = CommandOf<keyof typeof COMMANDS> | Atomic | Sequence | UnknownCommand;

/** A SyncML message as a value. */
export interface Message {
  header: Header;
  body: { commands: Command[]; final?: boolean | undefined };
}
