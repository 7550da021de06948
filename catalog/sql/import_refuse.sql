-- What the catalogue cannot take, though every cell of it is readable.
select i.key, 'name' as column_key, '' as value, 'refused' as kind,
       'This product is new here, and the file does not say what it is called.' as sentence
  from items i join keyed k on k.line = i.first_line where i.verdict = 'new' and k.name is null
union all
select i.key, 'price', k.price::text, 'refused', 'This price has too many digits before its decimals.'
  from items i join keyed k on k.line = i.first_line where k.price >= 1e15
