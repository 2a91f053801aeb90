-- Which queue this is.
select instance, channel from /*schema*/meta
