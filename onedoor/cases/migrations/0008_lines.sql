-- needs: cases/0001
-- nobody looks for a line by its number alone: the words of a line hold it
drop index cases.inbox_number;
