/** The same, where Grove keeps what it knows on PostgreSQL. */
import './quirks.test.ts';
