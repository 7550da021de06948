-- Part of others: the product that a line means, by its SKU or by what a person said that SKU is.
left join catalog_product x on x.sku = {n_sku}
           left join catalog_skualias a on x.id is null and a.alias = {n_sku}
           left join catalog_product p on p.id = coalesce(x.id, a.product_id)
