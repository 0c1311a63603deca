"""The roles of accounts.groups as Django groups; three of them may enter the admin."""

from django.db import migrations

ADMIN_ROLES = ["organiser", "screener", "editor"]
OTHER_ROLES = ["reviewer", "moderator"]


def create_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    access = Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    for name in ADMIN_ROLES + OTHER_ROLES:
        group, _ = Group.objects.get_or_create(name=name)
        if name in ADMIN_ROLES:
            group.permissions.add(access)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
