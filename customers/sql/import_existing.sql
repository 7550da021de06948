-- Who is known, with what is here in the columns of the file. A value that only says the same otherwise - a further phone, a
-- city in another case, the mark that a file has before a formula - is no change. A name in two columns is compared as a whole;
-- where it is another one, the last word of what is here is its last name. A half alone is the same where what is here begins
-- or ends with it; a first name alone stands for the whole of a name of one word.
with {knowing}
select k.key, c.id as subject_id, null::text as external_id,
       case when n.same then k.given_name when k.surname is null then coalesce({first_words}, x.name) else {first_words} end as given_name,
       case when n.same then k.surname else {last_word} end as surname,
       case when k.name in (x.name, '''' || x.name) then k.name else c.name end as name,
       case when k.by_phone = c.id then k.phone end as phone, case when k.by_email = c.id then k.email end as email,
       case when k.address in (x.address, '''' || x.address) then k.address else c.address end as address,
       case when lower(k.city) in (lower(c.city), lower('''' || c.city)) then k.city else c.city end as city,
       case when k.notes in (x.notes, '''' || x.notes) then k.notes else c.notes end as notes, c.wants_offers
  from known k join customers_customer c on c.id = k.known
 cross join lateral (select btrim(regexp_replace(c.name, '\s+', ' ', 'g')) as name, btrim(regexp_replace(c.address, '\s+', ' ', 'g')) as address,
                            btrim(regexp_replace(c.notes, '\s+', ' ', 'g')) as notes) x
 cross join lateral (select k.name is not null or concat_ws(' ', k.given_name, k.surname) in (x.name, '''' || x.name)
                            or k.given_name is null and right(x.name, length(k.surname) + 1) = ' ' || k.surname
                            or k.surname is null and k.given_name || ' ' in (left(x.name, length(k.given_name) + 1),
                                                                            left('''' || x.name, length(k.given_name) + 1)) as same) n
