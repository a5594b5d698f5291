/**
 * Another process has handled a message of the same device since this one was read. The unit of work has
 * to be undone and run again, and will then find what the other one left.
 */
export class Overtaken extends Error {
  constructor() {
    super('another message of the device was handled at the same time');
    this.name = 'Overtaken';
  }
}

/** @throws {Overtaken} when a row that was read is no longer as it was, so that none was changed */
export function expectUnchanged(changed: number): void {
  if (changed === 0) throw new Overtaken();
}
