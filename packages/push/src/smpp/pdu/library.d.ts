/** What Grove uses of the package `smpp`, which has no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** How a field is read and written. A tag's value comes with its length. */
  export interface FieldType {
    read(buffer: Buffer, offset: number, length?: number): unknown;
    write(value: unknown, buffer: Buffer, offset: number): void;
    size(value: unknown): number;
    readonly default: unknown;
  }

  export interface CommandLayout {
    readonly id: number;
    readonly params?: Readonly<Record<string, { readonly type: FieldType; readonly default?: unknown }>>;
  }

  export class PDU {
    constructor(command: string, options: Readonly<Record<string, unknown>>);
    constructor(bytes: Buffer);
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    toBuffer(): Buffer;
    isResponse(): boolean;
  }

  /** The library's own session, which Grove only measures itself against. */
  export class Session extends EventEmitter {
    readonly socket: Socket;
    send(pdu: PDU, onResponse?: (response: PDU) => void): boolean;
    destroy(): void;
  }

  interface Library {
    readonly PDU: typeof PDU;
    readonly types: {
      readonly int8: FieldType;
      readonly cstring: FieldType;
      readonly buffer: FieldType;
      readonly tlv: { readonly int8: FieldType; readonly cstring: FieldType; readonly buffer: FieldType };
    };
    readonly commands: Readonly<Record<string, CommandLayout>>;
    readonly tlvs: Readonly<Record<string, { readonly id: number; readonly type: FieldType }>>;
    readonly errors: Readonly<Record<string, number>>;
    addCommand(name: string, layout: CommandLayout): void;
    addTLV(name: string, layout: { readonly id: number; readonly type: FieldType }): void;
    connect(options: { readonly host: string; readonly port: number }, onConnect?: () => void): Session;
  }

  const library: Library;
  export default library;
}
