"""Counts the batches as they change, so that a list of a hundred thousand need not."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION intake_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO intake_tallyline (centre_id, dataset, standing, batches, rows)
        SELECT centre_id, dataset, standing, count(*), sum(refused) FROM new_batches GROUP BY 1, 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO intake_tallyline (centre_id, dataset, standing, batches, rows)
        SELECT centre_id, dataset, standing, -count(*), -sum(refused) FROM old_batches GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO intake_tallyline (centre_id, dataset, standing, batches, rows)
        SELECT centre_id, dataset, standing, sum(n), sum(r)
          FROM (SELECT centre_id, dataset, standing, 1 AS n, refused AS r FROM new_batches
                UNION ALL
                SELECT centre_id, dataset, standing, -1, -refused FROM old_batches) AS moved
         GROUP BY 1, 2, 3 HAVING sum(n) <> 0 OR sum(r) <> 0;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER intake_tally_new AFTER INSERT ON intake_batch
    REFERENCING NEW TABLE AS new_batches FOR EACH STATEMENT EXECUTE FUNCTION intake_tally();
CREATE TRIGGER intake_tally_moved AFTER UPDATE ON intake_batch
    REFERENCING OLD TABLE AS old_batches NEW TABLE AS new_batches
    FOR EACH STATEMENT EXECUTE FUNCTION intake_tally();
CREATE TRIGGER intake_tally_gone AFTER DELETE ON intake_batch
    REFERENCING OLD TABLE AS old_batches FOR EACH STATEMENT EXECUTE FUNCTION intake_tally();
INSERT INTO intake_tallyline (centre_id, dataset, standing, batches, rows)
SELECT centre_id, dataset, standing, count(*), sum(refused) FROM intake_batch GROUP BY 1, 2, 3;
"""

BACKWARD = """
DROP TRIGGER intake_tally_gone ON intake_batch;
DROP TRIGGER intake_tally_moved ON intake_batch;
DROP TRIGGER intake_tally_new ON intake_batch;
DROP FUNCTION intake_tally();
DELETE FROM intake_tallyline;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("centres", "0004_segment_plans"),
        ("intake", "0010_list_in_every_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="TallyLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("dataset", models.CharField(max_length=32)),
                ("standing", models.SmallIntegerField()),
                ("batches", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="centres.centre"
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex(model_name="batch", name="batch_by_standing"),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("standing", 3)),
                fields=["received_at"],
                include=("centre",),
                name="batch_waiting",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
