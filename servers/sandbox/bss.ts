import { type Handler, required } from './call.ts';
import { fixedPrices } from './catalogue.ts';
import { refusal } from './errors.ts';

/** https://help.aliyun.com/zh/user-center/developer-reference/api-bssopenapi-2017-12-14-queryaccountbalance */
const queryAccountBalance: Handler = ({ world }) => {
  const amount = world.faults().insufficientBalance ? '12.30' : '100,000.00';
  return {
    Code: 'Success',
    Message: 'Successful!',
    Success: true,
    Data: {
      AvailableAmount: amount,
      AvailableCashAmount: amount,
      CreditAmount: '0.00',
      MybankCreditAmount: '0.00',
      Currency: 'CNY',
    },
  };
};

/** CNY per hour of the products whose public price is known. The product codes are this world's guess. */
const HOURLY: Record<string, number> = { cs: fixedPrices.ackProPerClusterHour, slb: fixedPrices.clbInstancePerHour };

/** https://help.aliyun.com/zh/user-center/developer-reference/api-bssopenapi-2017-12-14-getpayasyougoprice */
const getPayAsYouGoPrice: Handler = ({ query }) => {
  const product = required(query, 'ProductCode');
  const price = HOURLY[product];
  if (price === undefined) throw refusal('InvalidParameter', `No price is known for product ${product}.`);
  const ModuleDetail = Object.keys(query)
    .filter((key) => /^ModuleList\.\d+\.ModuleCode$/.test(key))
    .map((key) => ({
      ModuleCode: query[key],
      OriginalCost: price,
      CostAfterDiscount: price,
      UnitPrice: price,
      InvoiceDiscount: 0,
    }));
  return {
    Code: 'Success',
    Message: 'Successful!',
    Success: true,
    Data: { Currency: 'CNY', ModuleDetails: { ModuleDetail } },
  };
};

/** The actions of BSS 2017-12-14. */
export const bssActions: Record<string, Handler> = {
  QueryAccountBalance: queryAccountBalance,
  GetPayAsYouGoPrice: getPayAsYouGoPrice,
};
