"""Notices of a mention name the message and keep none of its words: those are read where the notice is shown."""

from django.db import migrations

# The guard of notices lets nobody change what was told, its owner neither; a bell need not hear of this.
_WITHOUT_WORDS = """
alter table notices_notice disable trigger user;
update notices_notice n
   set data = jsonb_build_object('message', coalesce((
         select m.id from threads_message m
          where m.noun = n.noun and m.subject_id = n.subject_id and m.by_id = n.by_id and n.person_id = any (m.mentions)
            and m.at <= n.at order by m.id desc limit 1), 0))
 where n.kind = 'message.mentioned' and n.data ? 'text';
alter table notices_notice enable trigger user;
"""


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_threads"), ("notices", "0001_notices")]
    operations = [
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.RunSQL(_WITHOUT_WORDS, migrations.RunSQL.noop),
    ]
