/** The same clients, outcomes that come later, and devices that are asked to call, where Grove keeps what it knows on PostgreSQL. */
import './awaited.test.ts';
import './field-clients.auth.test.ts';
import './field-clients.messages.test.ts';
import './field-clients.sessions.test.ts';
import './notifications.gateway.test.ts';
import './notifications.sessions.test.ts';
import './notifications.test.ts';
import './quirks.test.ts';
