"""Makes the trail append-only inside the database, whoever is connected."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entry_rows_stay BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays();
-- ALWAYS: also for a session that plays a replica, where ordinary triggers sleep
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_rows_stay;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_stays;
"""

BACKWARD = """
DROP TRIGGER audit_entry_stays ON audit_entry;
DROP TRIGGER audit_entry_rows_stay ON audit_entry;
DROP FUNCTION audit_entry_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
