"""Triggers that refuse to change what was published."""

from django.db import migrations

from audit import triggers

TABLE = "evaluation_publication"


def install(apps, schema_editor):
    triggers.install(schema_editor.connection, TABLE, "never changed")


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
