-- needs: kernel/0002
-- The same neighbours in the same order. A function in SQL around an aggregate is planned anew each time a line is written, which cost more
-- than the rest of the line; this one is compiled once a session.
create or replace function kernel.grams(words text) returns text[] language plpgsql immutable strict parallel safe cost 10000 as $$
declare
    letters text[] := string_to_array(words, null);
    found text[] := '{}';
begin
    for i in 1 .. cardinality(letters) - 1 loop
        found := found || (letters[i] || letters[i + 1]);
    end loop;
    return found;
end $$;
