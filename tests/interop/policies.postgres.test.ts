/** The same, where Grove keeps what it knows on PostgreSQL. */
import './policies.test.ts';
