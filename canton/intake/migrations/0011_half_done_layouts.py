from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0010_list_in_every_order")]

    operations = [
        migrations.AddField("savedlayout", "half_done", models.JSONField(blank=True, default=list)),
    ]
