-- The demonstration database: a small shop with customers, products and one spring-to-autumn of orders.
-- It is built in memory at start, the same bytes every time: no clock, no randomness, only arithmetic.
-- Money is in cents. All people and products are invented.

CREATE TABLE categories (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE customers (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL,
  email     TEXT NOT NULL UNIQUE,
  city      TEXT NOT NULL,
  country   TEXT NOT NULL,
  tier      TEXT NOT NULL DEFAULT 'standard' CHECK (tier IN ('standard', 'silver', 'gold')),
  joined_on DATE NOT NULL
);

CREATE TABLE products (
  id          INTEGER PRIMARY KEY,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  name        TEXT NOT NULL UNIQUE,
  price_cents INTEGER NOT NULL CHECK (price_cents > 0),
  stock       INTEGER NOT NULL CHECK (stock >= 0)
);

CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  ordered_on  DATE NOT NULL,
  shipped_on  DATE,
  status      TEXT NOT NULL CHECK (status IN ('pending', 'shipped', 'delivered', 'cancelled')),
  note        TEXT
);

CREATE TABLE order_items (
  order_id         INTEGER NOT NULL REFERENCES orders (id),
  line             INTEGER NOT NULL,
  product_id       INTEGER NOT NULL REFERENCES products (id),
  quantity         INTEGER NOT NULL CHECK (quantity > 0),
  unit_price_cents INTEGER NOT NULL,
  PRIMARY KEY (order_id, line)
) WITHOUT ROWID;

CREATE INDEX customers_by_country ON customers (country, city);
CREATE INDEX products_by_category ON products (category_id);
CREATE INDEX orders_by_customer   ON orders (customer_id, ordered_on);
CREATE INDEX orders_by_date       ON orders (ordered_on);
CREATE INDEX items_by_product     ON order_items (product_id);

-- What an order is worth; cancelled orders are listed too, so filter on status for revenue.
CREATE VIEW order_totals AS
  SELECT o.id AS order_id, o.customer_id, c.name AS customer, o.ordered_on, o.status,
         count(*) AS lines, sum(i.quantity) AS units,
         sum(i.quantity * i.unit_price_cents) AS total_cents
  FROM orders AS o
  JOIN customers AS c ON c.id = o.customer_id
  JOIN order_items AS i ON i.order_id = o.id
  GROUP BY o.id;

INSERT INTO categories (id, name) VALUES
  (1, 'Kitchen'), (2, 'Office'), (3, 'Garden'), (4, 'Books'), (5, 'Outdoor'), (6, 'Lighting');

INSERT INTO products (id, category_id, name, price_cents, stock) VALUES
  (1, 1, 'Cast iron pan', 4490, 31), (2, 1, 'Chef''s knife', 6900, 18), (3, 1, 'Espresso pot', 2950, 44),
  (4, 1, 'Mixing bowl set', 3490, 27), (5, 1, 'Bread tin', 1790, 60), (6, 1, 'Kitchen scale', 2490, 0),
  (7, 1, 'Pepper mill', 3200, 22), (8, 1, 'Chopping board', 2790, 35), (9, 2, 'Notebook A5', 990, 210),
  (10, 2, 'Fountain pen', 5400, 16), (11, 2, 'Desk organiser', 2290, 40), (12, 2, 'Laptop stand', 4990, 25),
  (13, 2, 'Wireless mouse', 3590, 52), (14, 2, 'Monitor arm', 11900, 9), (15, 2, 'Paper shredder', 8900, 7),
  (16, 3, 'Pruning shears', 2690, 33), (17, 3, 'Watering can', 1990, 48), (18, 3, 'Raised bed', 12900, 6),
  (19, 3, 'Herb seeds', 490, 320), (20, 3, 'Garden gloves', 1290, 75), (21, 3, 'Compost bin', 7900, 11),
  (22, 3, 'Terracotta pot', 1590, 64), (23, 4, 'The Quiet Harbour', 1490, 80), (24, 4, 'Bread at Home', 2490, 37),
  (25, 4, 'Maps of the North', 3990, 14), (26, 4, 'Practical SQL Stories', 2990, 41),
  (27, 4, 'A Year of Birds', 2190, 29), (28, 4, 'Mountain Huts', 2790, 0), (29, 5, 'Two-person tent', 18900, 8),
  (30, 5, 'Sleeping mat', 5990, 23), (31, 5, 'Trail backpack 30 l', 9900, 19), (32, 5, 'Camping stove', 4590, 26),
  (33, 5, 'Water filter', 3790, 30), (34, 5, 'Headlamp', 3290, 45), (35, 5, 'Enamel mug', 1190, 120),
  (36, 6, 'Desk lamp', 5490, 21), (37, 6, 'Floor lamp', 13900, 5), (38, 6, 'String lights', 1890, 90),
  (39, 6, 'Reading light', 2390, 38), (40, 6, 'Lantern', 3090, 28);

-- 60 people from 20 first names and 15 last names; the steps are chosen so that no pair repeats.
WITH RECURSIVE
  first (k, name) AS (VALUES
    (0, 'Anna'), (1, 'Bruno'), (2, 'Clara'), (3, 'Daniel'), (4, 'Elena'), (5, 'Felix'), (6, 'Greta'),
    (7, 'Hugo'), (8, 'Ines'), (9, 'Jonas'), (10, 'Karin'), (11, 'Leo'), (12, 'Marta'), (13, 'Nils'),
    (14, 'Olivia'), (15, 'Pavel'), (16, 'Rosa'), (17, 'Simon'), (18, 'Teresa'), (19, 'Victor')),
  last (k, name) AS (VALUES
    (0, 'Andersen'), (1, 'Bianchi'), (2, 'Costa'), (3, 'Dubois'), (4, 'Eriksson'), (5, 'Fischer'),
    (6, 'Garcia'), (7, 'Horvat'), (8, 'Janssen'), (9, 'Kowalski'), (10, 'Lindqvist'), (11, 'Moreau'),
    (12, 'Novak'), (13, 'Okafor'), (14, 'Peeters')),
  place (k, city, country) AS (VALUES
    (0, 'Berlin', 'Germany'), (1, 'Hamburg', 'Germany'), (2, 'Paris', 'France'), (3, 'Lyon', 'France'),
    (4, 'Madrid', 'Spain'), (5, 'Milan', 'Italy'), (6, 'Stockholm', 'Sweden'), (7, 'Warsaw', 'Poland'),
    (8, 'Prague', 'Czechia'), (9, 'Ghent', 'Belgium'), (10, 'Utrecht', 'Netherlands'), (11, 'Oslo', 'Norway')),
  n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO customers (id, name, email, city, country, tier, joined_on)
SELECT i, first.name || ' ' || last.name,
       lower(first.name || '.' || last.name) || '@example.com',
       place.city, place.country,
       CASE WHEN i % 10 = 0 THEN 'gold' WHEN i % 4 = 0 THEN 'silver' ELSE 'standard' END,
       date('2026-01-02', '+' || ((i * 17) % 55) || ' days')
FROM n
JOIN first ON first.k = i % 20
JOIN last ON last.k = (i * 7 + i / 15) % 15
JOIN place ON place.k = (i * 7 + i / 9) % 12
ORDER BY i;

-- 300 orders from March to the end of October; older ones are delivered, the newest still pending.
WITH RECURSIVE
  n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300),
  o (i, customer, day) AS (
    SELECT i, 1 + (i * 37 % 60) * (1 + i * 29 % 60) / 61 + i * 7 % 13 % 3, date('2026-03-01', '+' || (i * 244 / 300) || ' days') FROM n),
  s (i, customer, day, status) AS (
    SELECT i, customer, day, CASE
      WHEN i % 17 = 0 THEN 'cancelled' WHEN i > 288 THEN 'pending' WHEN i > 270 THEN 'shipped'
      ELSE 'delivered' END
    FROM o)
INSERT INTO orders (id, customer_id, ordered_on, shipped_on, status, note)
SELECT i, customer, day,
       CASE WHEN status IN ('shipped', 'delivered') THEN date(day, '+' || (1 + i % 4) || ' days') END,
       status,
       CASE WHEN i % 23 = 0 THEN 'Gift wrap' WHEN i % 31 = 0 THEN 'Leave with a neighbour' END
FROM s
ORDER BY i;

-- One, two or four lines per order, never the same product twice in one order.
WITH lines (line) AS (VALUES (1), (2), (3), (4))
INSERT INTO order_items (order_id, line, product_id, quantity, unit_price_cents)
SELECT o.id, l.line, p.id, 1 + (o.id * l.line + o.id / 7) % 3, p.price_cents
FROM orders AS o
JOIN lines AS l ON l.line <= CASE o.id % 3 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 4 END
JOIN products AS p ON p.id = 1 + (o.id * 11 + o.id / 40 + l.line * 13) % 40
ORDER BY o.id, l.line;
