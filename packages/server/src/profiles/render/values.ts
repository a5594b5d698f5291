import {
  type Effective,
  PROFILE_LIMITS,
  parseTemplate,
  type Scalar,
  type Template,
  type Variable,
  type Written,
} from '../document/index.ts';
import type { Facts, Given } from './facts.ts';
import type { Reason, ReasonCode } from './reason.ts';

/** A text with its variables put in. */
export interface Expanded {
  readonly text: string;
  /** Whether any of them is secret. */
  readonly secret: boolean;
  /** Whether something of it is not known, and only assumed to fit. */
  readonly assumed?: boolean;
}

/** Why a text has no value: what is missing, and where to set it. */
interface Missing {
  readonly code: ReasonCode;
  readonly found?: string;
  readonly expected: string;
}

/** Where fragments are on the device, by `fragment.NAME.uri` and `profile.NAME.FRAGMENT.uri`. */
export type Uris = (reference: string) => Expanded | undefined;

/** Stands for what is not known, where that counts as fitting. */
const ASSUMED: Expanded = { text: 'x', secret: false, assumed: true };

const isMissing = (result: Expanded | Missing): result is Missing => 'expected' in result;

const parsed = new Map<string, Template>();
/** Texts that are kept read, and their longest. */
const KEPT = { texts: 2_000, characters: 500 };

function read(text: string): Template {
  let template = parsed.get(text);
  if (template === undefined) {
    template = parseTemplate(text);
    if (text.length > KEPT.characters) return template;
    if (parsed.size >= KEPT.texts) parsed.clear();
    parsed.set(text, template);
  }
  return template;
}

/** The values of a profile's variables for one device. */
export class Values {
  readonly #profile: string;
  readonly #effective: Effective;
  readonly #facts: Facts;
  readonly #given: Given;
  readonly #uris: Uris;
  readonly #reasons: Reason[];
  readonly #known = new Map<string, Expanded | Missing>();

  constructor(about: {
    profile: string;
    effective: Effective;
    facts: Facts;
    given: Given;
    uris: Uris;
    reasons: Reason[];
  }) {
    this.#profile = about.profile;
    this.#effective = about.effective;
    this.#facts = about.facts;
    this.#given = about.given;
    this.#uris = about.uris;
    this.#reasons = about.reasons;
  }

  /**
   * Puts the variables into a text.
   *
   * @param field where it is written, to be named where a variable has no value
   * @returns undefined where one has none, of which the reasons then tell
   */
  expand(text: Scalar, field: string): Expanded | undefined {
    const result = this.#expand(text);
    if (!isMissing(result)) return result;
    this.#reasons.push({ profile: this.#profile, field, ...result });
    return undefined;
  }

  #expand(text: Scalar): Expanded | Missing {
    if (typeof text !== 'string') return { text: String(text), secret: false };
    let whole = '';
    let secret = false;
    let assumed = false;
    for (const part of read(text)) {
      const value = typeof part === 'string' ? { text: part, secret: false } : this.#variable(part.name);
      if (isMissing(value)) return value;
      whole += value.text;
      secret ||= value.secret;
      assumed ||= value.assumed === true;
      if (whole.length > PROFILE_LIMITS.value)
        return { code: 'too-large', expected: `${PROFILE_LIMITS.value} characters at the most` };
    }
    return { text: whole, secret, assumed };
  }

  #variable(name: string): Expanded | Missing {
    let value = this.#known.get(name);
    if (value === undefined) {
      const own = this.#effective.variables.get(name);
      value = own === undefined ? this.#fact(name) : this.#own(name, own);
      this.#known.set(name, value);
    }
    return value;
  }

  #own(name: string, { field, what }: Written<Variable>): Expanded | Missing {
    const given = Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
    let value: Expanded | Missing;
    if (given !== undefined) value = { text: String(given), secret: false };
    else if (what.value !== undefined) value = this.#expand(what.value);
    else
      value = {
        code: 'missing-value',
        expected: `a value for the variable ${name}: give it with the work, or a default at ${field}`,
      };
    const isOpen = isMissing(value) ? value.code === 'missing-value' : value.assumed === true;
    if (isOpen && what.default !== undefined) value = this.#expand(what.default);
    if (isMissing(value) && value.code === 'missing-value' && this.#facts.isAssumed === true) value = ASSUMED;
    if (isMissing(value)) return value;
    if (value.assumed === true) return { ...value, secret: value.secret || what.secret === true };
    const wrong = misfit(value.text, what.type);
    if (wrong !== undefined) {
      return {
        code: 'wrong-value',
        ...(what.secret === true || value.secret ? {} : { found: value.text }),
        expected: `${wrong} for the variable ${name}`,
      };
    }
    return { text: value.text, secret: value.secret || what.secret === true };
  }

  #fact(name: string): Expanded | Missing {
    const known = this.#facts.values.get(name);
    if (known !== undefined) return { text: String(known), secret: false };
    const uri = this.#uris(name);
    if (uri === undefined && this.#facts.isAssumed === true) return ASSUMED;
    return uri ?? { code: 'missing-value', expected: this.#whereToSet(name) };
  }

  #whereToSet(name: string): string {
    const rest = name.slice(name.indexOf('.') + 1);
    const { disputed, subscriber } = this.#facts;
    if (name.startsWith('group.')) {
      const groups = disputed.get(name);
      return groups === undefined
        ? `\${${name}}: set the variable ${rest} of one of the device's groups`
        : `one value for \${${name}}: the groups ${groups.join(' and ')} differ, and the device is in all of them`;
    }
    if (name.startsWith('subscriber.')) {
      return subscriber === undefined
        ? `\${${name}}: the device has no subscriber; bind one to it that has the attribute ${rest}`
        : `\${${name}}: set the attribute ${rest} of subscriber ${subscriber}`;
    }
    if (name.startsWith('device.')) return `\${${name}}: the device has not told it yet`;
    return `\${${name}}: its place on the device is not known`;
  }
}

const WHOLE = /^[+-]?\d{1,15}$/;
const REAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/** What was expected where a value is not of a variable's type. */
function misfit(text: string, type: Variable['type']): string | undefined {
  if (type === 'int') return WHOLE.test(text) ? undefined : 'a whole number';
  if (type === 'float') return REAL.test(text) ? undefined : 'a number';
  if (type === 'bool') return text === 'true' || text === 'false' ? undefined : 'true or false';
  return undefined;
}
