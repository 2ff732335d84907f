-- needs: kernel/0001
create schema studio;
grant usage on schema studio to onedoor_app;

create table studio.draft (
    id uuid primary key,
    org_ref uuid not null,
    item text not null check (length(item) between 1 and 64),
    bundle jsonb not null,
    state text not null check (state in ('editing', 'in_review', 'endorsed', 'scheduled', 'published', 'discarded')),
    rev int not null default 1,
    base_version int not null default 0,
    editors uuid[] not null,
    endorsed_by uuid,
    publish_at timestamptz,
    changed_at timestamptz not null,
    changed_by text not null,
    check ((state = 'scheduled') = (publish_at is not null))
);
comment on table studio.draft is 'R: services being made or changed';
create unique index draft_open on studio.draft (item) where state in ('editing', 'in_review', 'endorsed', 'scheduled');
create index draft_list on studio.draft (org_ref, changed_at desc, id desc);
create index draft_all on studio.draft (changed_at desc, id desc);
grant select, insert, update, delete on studio.draft to onedoor_app;

create table studio.edit (
    draft_id uuid not null references studio.draft (id) on delete cascade,
    rev int not null,
    part text not null,
    bundle jsonb not null,
    at timestamptz not null,
    by text not null,
    primary key (draft_id, rev)
);
comment on table studio.edit is 'R: what a draft was before each change';
grant select, insert, update, delete on studio.edit to onedoor_app;

create table studio.remark (
    id uuid primary key,
    draft_id uuid not null references studio.draft (id) on delete cascade,
    part text not null,
    words text not null check (length(words) between 1 and 2000),
    by text not null,
    at timestamptz not null,
    done boolean not null default false
);
comment on table studio.remark is 'R: what readers say of the parts of a draft';
create index remark_draft on studio.remark (draft_id, at, id);
grant select, insert, update, delete on studio.remark to onedoor_app;

create table studio.version (
    item text not null,
    version int not null check (version > 0),
    bundle jsonb not null,
    sha256 text not null,
    origin text not null check (origin in ('folder', 'studio')),
    published_at timestamptz not null,
    published_by text not null,
    primary key (item, version)
);
comment on table studio.version is 'R: every version of a service that was ever published';
grant select, insert, update, delete on studio.version to onedoor_app;
