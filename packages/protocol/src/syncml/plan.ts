import type { Element } from '../vocabulary/index.ts';
import {
  COMMANDS,
  CONTAINERS,
  type Field,
  type Fields,
  MessageStruct,
  MetaStruct,
  type Struct,
} from './schema.ts';

/** A field of the schema as the reader and the writer of messages use it. */
export interface Slot {
  /** Property name in the message. */
  readonly key: string;
  readonly kind: Field['kind'];
  readonly element: Element;
  readonly required: boolean;
  readonly expected: boolean;
  readonly many: boolean;
  /** For a `struct`: what is inside. */
  readonly plan: Plan | undefined;
  /** Its place in the order that the standard prescribes. */
  readonly index: number;
  /** The bit that stands for it in a set of slots. */
  readonly bit: number;
}

/** A struct of the schema, prepared for quick reading and writing. */
export class Plan {
  readonly element: Element;
  readonly slots: readonly Slot[];
  /** Slots that must be there, or be filled in, when the struct ends. */
  readonly wanted: number;
  /** Whether the order of the fields is the standard's own; nobody keeps it within Meta. */
  readonly ordered: boolean;
  readonly #byToken: (Slot | undefined)[] = [];

  constructor(struct: Struct<Fields>) {
    this.element = struct.element;
    this.ordered = struct.element !== MetaStruct.element;
    this.slots = Object.entries(struct.fields).map(([key, field], index) => this.#slot(key, field, index));
    let wanted = 0;
    for (const slot of this.slots) {
      if (slot.required || slot.expected) wanted |= slot.bit;
      if (slot.kind !== 'commands') this.#byToken[slot.element.index] = slot;
    }
    this.wanted = wanted;
  }

  /** The slot that an element fills. */
  find(element: Element): Slot | undefined {
    const slot = this.#byToken[element.index];
    return slot !== undefined && slot.element === element ? slot : undefined;
  }

  /** The slot that takes commands, where there is one. */
  get commands(): Slot | undefined {
    return this.slots.find((slot) => slot.kind === 'commands');
  }

  #slot(key: string, field: Field, index: number): Slot {
    return {
      key,
      kind: field.kind,
      element: field.element ?? this.element,
      required: field.required,
      expected: field.expected && !field.many,
      many: field.many,
      plan: field.struct === undefined ? undefined : planOf(field.struct),
      index,
      bit: 1 << index,
    };
  }
}

const plans = new Map<Struct<Fields>, Plan>();

function planOf(struct: Struct<Fields>): Plan {
  let plan = plans.get(struct);
  if (plan === undefined) {
    plan = new Plan(struct);
    plans.set(struct, plan);
  }
  return plan;
}

export const MESSAGE: Plan = planOf(MessageStruct);

/** What may stand in a SyncBody, by name. */
export const COMMAND_PLANS: ReadonlyMap<string, Plan> = new Map(
  Object.entries({ ...COMMANDS, ...CONTAINERS }).map(([name, struct]) => [name, planOf(struct)]),
);

const commandsByElement: (Plan | undefined)[] = [];
for (const plan of COMMAND_PLANS.values()) commandsByElement[plan.element.index] = plan;

/** The plan of the command that an element is. */
export function commandPlan(element: Element): Plan | undefined {
  const plan = commandsByElement[element.index];
  return plan !== undefined && plan.element === element ? plan : undefined;
}
