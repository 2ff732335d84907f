-- needs: kernel/0001
create extension if not exists btree_gin;

-- Every two neighbouring characters: how text is found that is written without blanks, where most words have two characters.
-- Its cost is told high: asked of an index it is free, asked row by row it is dearer than anything else in a list.
create function kernel.grams(words text) returns text[] language sql immutable strict parallel safe cost 10000 return (
    select coalesce(array_agg(a || b), '{}')
      from unnest(string_to_array(words, null), (string_to_array(words, null))[2:]) as t (a, b) where b is not null
);
