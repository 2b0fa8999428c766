"""What the search stands on in the database. Functions are bound to their objects, so a dump restores them anywhere."""

FORWARD = """
CREATE TEXT SEARCH CONFIGURATION papers_simple (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION papers_simple
    ALTER MAPPING FOR word, hword, hword_part WITH unaccent, simple;

CREATE TEXT SEARCH CONFIGURATION papers_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION papers_english
    ALTER MAPPING FOR word, hword, hword_part WITH unaccent, english_stem;

-- For abstracts: of the words in them, those that every abstract has are never looked for.
CREATE TEXT SEARCH DICTIONARY papers_telling (TEMPLATE = pg_catalog.simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION papers_telling (COPY = papers_simple);
ALTER TEXT SEARCH CONFIGURATION papers_telling
    ALTER MAPPING REPLACE simple WITH papers_telling;

-- unaccent() is only STABLE, because its dictionary could be changed; ours is not.
CREATE FUNCTION papers_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, value));

-- Every word as it is written and by its stem. Without the translation the parser takes "and/or" for a file
-- and "v1.5" for a host.
CREATE FUNCTION papers_words(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('papers_simple'::regconfig, translate(value, '/-_.@:\\', '       '))
        || to_tsvector('papers_english'::regconfig, translate(value, '/-_.@:\\', '       '));

CREATE FUNCTION papers_telling_words(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('papers_telling'::regconfig, translate(value, '/-_.@:\\', '       '))
        || to_tsvector('papers_english'::regconfig, translate(value, '/-_.@:\\', '       '));

CREATE FUNCTION papers_vector(title text, authors text, keywords text, abstract text, bigrams text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(papers_words(title), 'A')
        || setweight(papers_words(authors), 'B')
        || setweight(papers_words(keywords), 'B')
        || setweight(papers_telling_words(abstract), 'C')
        || setweight(to_tsvector('papers_simple'::regconfig, bigrams), 'B');
"""

BACKWARD = """
DROP FUNCTION papers_vector;
DROP FUNCTION papers_telling_words;
DROP FUNCTION papers_words;
DROP FUNCTION papers_fold;
DROP TEXT SEARCH CONFIGURATION papers_telling;
DROP TEXT SEARCH DICTIONARY papers_telling;
DROP TEXT SEARCH CONFIGURATION papers_english;
DROP TEXT SEARCH CONFIGURATION papers_simple;
"""

# Vectors stay in their rows: fetching each from beside the table took most of a search's time.
KEEP_INLINE = "ALTER TABLE papers_paper SET (toast_tuple_target = 8160)"
AS_USUAL = "ALTER TABLE papers_paper RESET (toast_tuple_target)"
