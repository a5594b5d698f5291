/** The same messages, where Grove keeps what it knows on PostgreSQL. */
import './bad-commands.test.ts';
import './mutated.property.test.ts';
