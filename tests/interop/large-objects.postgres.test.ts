/** The same, where Grove keeps what it knows on PostgreSQL. */
import './large-objects.test.ts';
