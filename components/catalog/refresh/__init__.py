"""Reading the catalog's data files anew from AWS."""
