import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_saved_layouts"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="intake.batch",
            ),
        ),
        migrations.CreateModel(
            name="RefusalLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dataset", models.CharField(max_length=32, unique=True, verbose_name="dataset")),
                ("share", models.FloatField(null=True, verbose_name="share")),
                ("rows", models.PositiveBigIntegerField(null=True, verbose_name="rows")),
                ("changed_by", models.CharField(max_length=40, verbose_name="changed by")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
            ],
            options={
                "ordering": ["dataset"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share", None), models.Q(("share__gte", 0), ("share__lte", 1)), _connector="OR"
                        ),
                        name="refusal_share_is_a_share",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RepairAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("row", "one row"), ("kind", "all of a kind")], max_length=4),
                ),
                ("reason", models.CharField(blank=True, max_length=80, verbose_name="reason")),
                ("column", models.CharField(blank=True, max_length=200, verbose_name="Column")),
                ("mapping", models.JSONField(default=dict)),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("made_by", models.CharField(max_length=40, verbose_name="corrected by")),
                ("made_at", models.DateTimeField(verbose_name="corrected")),
                ("undone_by", models.CharField(blank=True, max_length=40)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "applied_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intake.batch",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repair_acts",
                        to="intake.batch",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Repair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.BigIntegerField(verbose_name="Line")),
                ("lines", models.PositiveIntegerField(default=1)),
                ("column", models.CharField(blank=True, max_length=200, verbose_name="Column")),
                ("old", models.TextField(verbose_name="as sent")),
                ("new", models.TextField(verbose_name="corrected value")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("live", models.BooleanField(default=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.batch"
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repairs",
                        to="intake.repairact",
                    ),
                ),
            ],
            options={
                "ordering": ["line", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SentBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=500, verbose_name="note")),
                ("rows", models.BigIntegerField(verbose_name="rows")),
                ("sent_by", models.CharField(max_length=40, verbose_name="sent back by")),
                ("sent_at", models.DateTimeField(verbose_name="sent back")),
                ("recalled_by", models.CharField(blank=True, max_length=40)),
                ("recalled_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_back",
                        to="intake.batch",
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="repairact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", "")),
                    models.Q(("undone_at__isnull", False), models.Q(("undone_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="repair_undone_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairact",
            constraint=models.CheckConstraint(condition=models.Q(("rows__gt", 0)), name="repair_has_rows"),
        ),
        migrations.AddConstraint(
            model_name="repair",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)),
                fields=("batch", "line", "column"),
                name="repair_one_per_value",
            ),
        ),
        migrations.AddConstraint(
            model_name="repair",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="repair_changes_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="sentback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recalled_at", None)), fields=("batch",), name="sent_back_once_at_a_time"
            ),
        ),
    ]
