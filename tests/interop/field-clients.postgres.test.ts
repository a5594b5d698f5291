/** The same clients, where Grove keeps what it knows on PostgreSQL. */
import './field-clients.auth.test.ts';
import './field-clients.messages.test.ts';
import './field-clients.sessions.test.ts';
