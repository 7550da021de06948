"""How a shop quotes becomes rules of the shop: what was set comes along, with who set it last."""

from django.db import migrations

_CARRY = """
alter table shop_setting disable trigger user;
insert into shop_setting (key, value, starts_on, reason, by_id, made_at)
select said.key, said.value, (r.at at time zone 'utc')::date, 'As it was set before', r.who, r.at
  from (select q.*, coalesce(h.history_date, now()) as at, h.history_user_id as who
          from quotes_quoterules q left join lateral (
            select history_date, history_user_id from quotes_historicalquoterules order by history_id desc limit 1
          ) h on true) r
 cross join lateral (values ('quotes.valid_days', to_jsonb(r.valid_days)), ('quotes.terms', to_jsonb(left(r.terms, 2000))),
                            ('quotes.lost_reasons', to_jsonb(r.lost_reasons)),
                            ('quotes.order_at_once', to_jsonb(r.order_at_once))) said(key, value);
set constraints all immediate;
alter table shop_setting enable trigger user;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("quotes", "0001_quotes"),
        ("shop", "0001_settings"),
    ]

    operations = [
        migrations.RunSQL(_CARRY, migrations.RunSQL.noop),
        migrations.RemoveField("historicalquoterules", "history_user"),
        migrations.RemoveConstraint("quoterules", "quotes_rules_one"),
        migrations.RemoveConstraint("quoterules", "quotes_rules_days"),
        migrations.RemoveConstraint("quoterules", "quotes_rules_reasons"),
        migrations.DeleteModel("QuoteRules"),
        migrations.DeleteModel("HistoricalQuoteRules"),
    ]
