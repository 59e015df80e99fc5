-- By names as they are written nobody searches any more.
DROP INDEX IF EXISTS member_family_name, member_whole_name;
