"""Filed reports stay as they are inside the database, whoever is connected; only their removal is noted."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reports_filed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'reports_filedreport' THEN
        IF OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL
           AND to_jsonb(NEW) - 'removed_at' = to_jsonb(OLD) - 'removed_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a filed report stays as it is: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER reports_filed_rows_stay BEFORE UPDATE OR DELETE ON reports_filedreport
    FOR EACH ROW EXECUTE FUNCTION reports_filed_stays();
CREATE TRIGGER reports_filed_stays BEFORE TRUNCATE ON reports_filedreport
    FOR EACH STATEMENT EXECUTE FUNCTION reports_filed_stays();
CREATE TRIGGER reports_filed_file_rows_stay BEFORE UPDATE OR DELETE ON reports_filedfile
    FOR EACH ROW EXECUTE FUNCTION reports_filed_stays();
CREATE TRIGGER reports_filed_file_stays BEFORE TRUNCATE ON reports_filedfile
    FOR EACH STATEMENT EXECUTE FUNCTION reports_filed_stays();
ALTER TABLE reports_filedreport ENABLE ALWAYS TRIGGER reports_filed_rows_stay;
ALTER TABLE reports_filedreport ENABLE ALWAYS TRIGGER reports_filed_stays;
ALTER TABLE reports_filedfile ENABLE ALWAYS TRIGGER reports_filed_file_rows_stay;
ALTER TABLE reports_filedfile ENABLE ALWAYS TRIGGER reports_filed_file_stays;
"""

BACKWARD = """
DROP TRIGGER reports_filed_file_stays ON reports_filedfile;
DROP TRIGGER reports_filed_file_rows_stay ON reports_filedfile;
DROP TRIGGER reports_filed_stays ON reports_filedreport;
DROP TRIGGER reports_filed_rows_stay ON reports_filedreport;
DROP FUNCTION reports_filed_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_filed")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
