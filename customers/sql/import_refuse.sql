-- Which rows cannot be taken, and why? Who would be two customers of the shop, or is in the file twice, or has only a name that several have.
  with {knowing},
  asked as materialized (select k.*, i.verdict from known k join items i on i.key = k.key),
  -- The first row of the file with this phone, e-mail, or customer.
  said as (
    select key, line, 'phone' as column_key, phone as value from asked where phone is not null
    union all select key, line, 'email', lower(email) from asked where email is not null
    union all select key, line, 'known', known::text from asked where known is not null),
  before as (select s.*, first_value(s.line) over (partition by s.column_key, s.value order by s.line) as first from said s)
  select f.key, 'email', f.email, 'refused', 'the phone ' || f.phone || ' is ' || p.name || '''s, and the e-mail ' || f.email || ' is ' || e.name
         || '''s: two customers here. Merge them first, or correct this row.'
    from asked f join customers_customer p on p.id = f.by_phone join customers_customer e on e.id = f.by_email where f.by_phone <> f.by_email
  union all
  select f.key, case when f.by_phone <> f.by_id then 'phone' else 'email' end, case when f.by_phone <> f.by_id then f.phone else f.email end, 'refused',
         'the customer ID ' || f.external_id || ' is ' || c.name || ' here, and this '
         || case when f.by_phone <> f.by_id then 'phone' else 'e-mail' end || ' is ' || o.name || '''s. Merge them first, or correct this row.'
    from asked f join customers_customer c on c.id = f.by_id
    join customers_customer o on o.id = case when f.by_phone <> f.by_id then f.by_phone else f.by_email end
   where (f.by_phone <> f.by_id or f.by_email <> f.by_id) and (f.by_phone = f.by_email) is not false
  union all
  select f.key, 'external_id', f.external_id, 'refused', c.name || ' here has this phone or e-mail, and another customer ID from the same source: ' || c.external_id || '.'
    from asked f join customers_customer c on c.id = f.known
   where f.by_id is null and f.external_id is not null and c.source = %(source)s and c.external_id <> '' and c.external_id <> f.external_id
  union all
  select b.key, case b.column_key when 'known' then 'name' else b.column_key end, case b.column_key when 'known' then '' else b.value end, 'refused',
         case b.column_key when 'phone' then 'line ' || b.first || ' has this phone too: one person stands in a file once.'
                           when 'email' then 'line ' || b.first || ' has this e-mail too: one person stands in a file once.'
                           else 'line ' || b.first || ' is the same customer here: one person stands in a file once.' end
    from before b where b.line > b.first
  union all
  select r.key, 'name', {renamed}, 'refused', 'with the rest of the name that is here this is longer than a name may be: 160 letters.'
    from asked r join customers_customer c on c.id = r.known
   where r.verdict = 'changed' and r.name is null and length({renamed}) > 160
  union all
  select f.key, 'name', f.called, 'refused', 'several customers here are called ' || f.called || ', ' || f.city || '. Say the phone or the e-mail in the file.'
    from asked f where f.verdict = 'changed' and f.namesakes > 1 and f.known = f.by_name
