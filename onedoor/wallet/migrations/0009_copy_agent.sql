-- phase: expand
-- needs: wallet/0008
-- who made a copy in its holder's stead: a name without its middle is that of many
alter table wallet.copy add column agent_ref uuid;
