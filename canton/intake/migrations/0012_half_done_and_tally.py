from django.db import migrations


class Migration(migrations.Migration):
    """Joins two that were made side by side."""

    dependencies = [("intake", "0011_half_done_layouts"), ("intake", "0011_tally_of_batches")]

    operations = []
