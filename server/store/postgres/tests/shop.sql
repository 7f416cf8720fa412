CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE customers (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    city text NOT NULL DEFAULT 'Berlin',
    email text,
    joined date NOT NULL
);
COMMENT ON TABLE customers IS 'Who buys';
COMMENT ON COLUMN customers.city IS 'Where parcels go';
INSERT INTO customers (name, city, email, joined)
    SELECT 'Customer ' || i, (ARRAY['Berlin', 'Paris', 'Rome'])[1 + i % 3], 'c' || i || '@example.com',
        date '2026-01-01' + i FROM generate_series(1, 60) i;
CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customers ON DELETE CASCADE,
    total numeric(10, 2) NOT NULL CHECK (total >= 0),
    vat numeric GENERATED ALWAYS AS (total * 0.19) STORED,
    placed timestamptz NOT NULL,
    UNIQUE (customer_id, placed)
);
INSERT INTO orders (id, customer_id, total, placed)
    SELECT i, 1 + i % 60, i * 1.25, timestamptz '2026-01-01 00:00+00' + i * interval '1 hour'
    FROM generate_series(1, 300) i;
CREATE INDEX orders_total ON orders (total DESC, lower(id::text));
CREATE VIEW order_totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE TABLE parents (id integer PRIMARY KEY, parent integer REFERENCES parents);
CREATE SCHEMA attic;
CREATE TABLE attic.boxes (id integer);
CREATE SCHEMA cellar;
CREATE TABLE cellar.boxes (id integer);
CREATE TABLE cellar.secrets (id integer, word text);
CREATE SEQUENCE numbers;
CREATE FUNCTION double_of(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
ANALYZE;
