/** What travels between the page and its server. JSON; types only, for both sides use them. */
import type { NotificationEntry } from '../agent/index.ts';
import type { Asked } from '../interaction/index.ts';
import type { ReachedBy } from '../push/index.ts';

/** One of the phones that a page has, as it is now. */
export interface PhoneEntry {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  /** Whether its user is being asked something. */
  readonly asks: boolean;
  /** Whether a session is under way. */
  readonly busy: boolean;
  /** Sessions that wait for its user. */
  readonly waiting: number;
  /** The last session. */
  readonly last?: SessionSummary;
}

/** A phone as it is now: sent anew whenever something of it changes. */
export interface PhoneView {
  readonly id: string;
  readonly devId: string;
  readonly maker: string;
  readonly model: string;
  readonly language: string;
  readonly firmware: string;
  readonly software: string;
  /** Who manages it; absent = it has no DM account. */
  readonly operator?: { readonly name: string; readonly serverId: string; readonly address: string };
  /** Whether a session is under way. */
  readonly busy: boolean;
  /** Why it cannot be reset; absent = it can. */
  readonly lasting?: string;
  /** Another one = settings may have changed. */
  readonly revision: string;
  /** The newest first. */
  readonly sessions: readonly SessionSummary[];
  readonly question?: OpenQuestion;
  /** Sessions that the operator has asked for and that have not been held: postponed by the user, or it was not there. */
  readonly waiting: number;
  /** What it is reached by. */
  readonly bearers: readonly ReachedBy[];
  /** What became of those that came, the newest first. */
  readonly notifications: readonly NotificationEntry[];
}

/** A question, or a notice, that waits for the user. */
export interface OpenQuestion {
  /** Goes with the answer, so that none is taken for another question's. */
  readonly key: number;
  readonly question: Asked;
  /** Milliseconds that are left, and milliseconds before a text may be put away. */
  readonly left: number;
  readonly leftAtLeast: number;
}

/** How a session went, or goes. */
export interface SessionSummary {
  readonly key: number;
  readonly sessionID: string;
  /** ISO 8601. */
  readonly begun: string;
  /** `running`, `interrupted`, or how it ended. */
  readonly state: 'running' | 'interrupted' | 'completed' | 'aborted' | 'refused' | 'distrusted' | 'failed';
  /** What happened, in a sentence; empty while it runs. */
  readonly text: string;
  readonly messages: number;
  readonly bytes: number;
}

/** A session with what was said in it. */
export interface SessionView extends SessionSummary {
  readonly said: readonly SaidMessage[];
  /** Messages that came before these and are no longer kept. */
  readonly dropped: number;
}

export interface SaidMessage {
  readonly direction: 'sent' | 'received';
  readonly encoding: 'xml' | 'wbxml';
  readonly bytes: number;
  readonly lines: readonly SaidLine[];
}

/** One Item of a command, or a Status. */
export interface SaidLine {
  /** `Replace`; for a Status the command that it is for. */
  readonly command: string;
  readonly uri?: string;
  readonly value?: string;
  readonly status?: { readonly code: number; readonly name: string; readonly good: boolean };
}

/** A node of the phone's tree, with its children. */
export interface NodeView {
  readonly uri: string;
  readonly title: string;
  readonly children: readonly SettingView[];
  /** Children that there are besides these. */
  readonly omitted: number;
  /** Of the root of an instance: what it is among those of its service, and what may be done with it. */
  readonly instance?: InstanceView & {
    /** Whether the user may have the phone use it, and delete it, unless it is locked. */
    readonly selectable: boolean;
    readonly removable: boolean;
  };
  /** Who has locked the instance that the node lies in; absent = nobody. */
  readonly lockedBy?: string;
}

/** An instance among those of its service. */
export interface InstanceView {
  /** Whether the phone uses it. */
  readonly inUse: boolean;
  readonly active: boolean;
  readonly default: boolean;
  /** Who has locked it, as the user knows him; absent = nobody. */
  readonly lockedBy?: string;
}

export interface SettingView {
  readonly uri: string;
  readonly name: string;
  /** What people call it; absent = nobody said. */
  readonly title?: string;
  /** What its children come to together. */
  readonly summary?: string;
  /** Absent = it has children of its own. */
  readonly value?: string;
  /** Why the value is not shown as it is. */
  readonly remark?: string;
  /** Present where the user may change the value, unless it is locked: what kind of value it is. */
  readonly editable?: string;
  /** Of the root of an instance. */
  readonly instance?: InstanceView;
}

/** Why a request was not done. */
export interface Problem {
  readonly problem: string;
}
