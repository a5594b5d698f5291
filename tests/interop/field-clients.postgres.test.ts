/** The same clients, and outcomes that come later, where Grove keeps what it knows on PostgreSQL. */
import './awaited.test.ts';
import './field-clients.auth.test.ts';
import './field-clients.messages.test.ts';
import './field-clients.sessions.test.ts';
import './quirks.test.ts';
